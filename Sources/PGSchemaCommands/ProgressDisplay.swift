package import PGSchemaBackup
import PGSchemaReports
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Shows on standard error how far a long task has come: a bar on a terminal, else a plain line every few seconds.
package final class ProgressDisplay: Sendable {
    /// How it is shown.
    package enum Style: Sendable {
        case bar, lines, none
    }

    private struct State {
        var last: ContinuousClock.Instant
        var stage = ""
        var isBarShown = false
    }

    private let style: Style
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>
    private let write: @Sendable (String) -> Void
    private static let pauseOfBar = Duration.milliseconds(100)
    private static let pauseOfLines = Duration.seconds(5)

    /// A bar if standard error is a terminal, unless `isQuiet`.
    package convenience init(isQuiet: Bool) {
        self.init(isQuiet ? .none : isatty(STDERR_FILENO) == 1 ? .bar : .lines) { Console.draw($0) }
    }

    package init(
        _ style: Style, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.style = style
        self.now = now
        self.write = write
        state = Mutex(State(last: now()))
    }

    /// Shows how far a backup or a restore has come.
    @Sendable package func show(_ progress: BackupProgress) {
        show(progress.stage, progress.detail, fraction: progress.fraction)
    }

    /// Shows that `stage` is at `detail`, if it is time again. `fraction` is that of the whole task, nil when unknown.
    package func show(_ stage: String, _ detail: String, fraction: Double?) {
        guard style != .none else { return }
        let text = state.withLock { state -> String? in
            let now = now()
            let pause = style == .bar ? Self.pauseOfBar : Self.pauseOfLines
            let isNew = style == .bar && state.stage != stage
            guard isNew || now - state.last >= pause else { return nil }
            state.last = now
            state.stage = stage
            state.isBarShown = style == .bar
            return style == .bar ? Self.bar(stage, detail, fraction) : Self.line(stage, detail, fraction)
        }
        if let text { write(text) }
    }

    /// Takes the bar away, so that what comes next stands on a line of its own.
    package func end() {
        let isShown = state.withLock { state in
            defer { state.isBarShown = false }
            return state.isBarShown
        }
        if isShown { write("\r\u{1B}[K") }
    }

    private static func line(_ stage: String, _ detail: String, _ fraction: Double?) -> String {
        let share = fraction.map { "\(percent($0))%, " } ?? ""
        return "\(share)\(printable(stage)): \(printable(detail))\n"
    }

    /// `[#######.............]  35%  public.email, 350000 rows`, cut to the terminal's width.
    private static func bar(_ stage: String, _ detail: String, _ fraction: Double?) -> String {
        let cells = 20
        var text = ""
        if let fraction {
            let full = percent(fraction) * cells / 100
            let percent = String(percent(fraction))
            text += "[" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full) + "] "
            text += String(repeating: " ", count: 3 - percent.count) + percent + "%  "
        }
        text += "\(printable(stage)), \(printable(detail))"
        return "\r\u{1B}[K" + text.prefix(width - 1)
    }

    /// From 0 to 100, whatever the numbers are that it comes from.
    private static func percent(_ fraction: Double) -> Int {
        fraction.isFinite ? Int(max(0, min(1, fraction)) * 100) : 0
    }

    private static func printable(_ text: String) -> String { BackupFormat.printable(text) }

    /// The terminal's width in columns.
    private static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }
}
