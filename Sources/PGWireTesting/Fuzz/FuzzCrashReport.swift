#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells which session a trap happened in: a trap ends the process, so the name of each session is laid ready before it
/// begins, and a signal handler writes it out.
package struct FuzzCrashReport: @unchecked Sendable {
    /// How many workers can be told of.
    package static let workerLimit = 16
    private static let lineLength = 96

    /// One line per worker, filled with blanks: the handler may only write memory that is there already.
    nonisolated(unsafe) private static let lines = UnsafeMutablePointer<UInt8>.allocate(
        capacity: workerLimit * lineLength)
    private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM]

    /// Lays ready what `worker` is at.
    package static func note(_ seed: UInt64, worker: Int) {
        let text = "fuzz: worker \(worker) was at the session of PGWIRE_FUZZ_SEED=\(seed)"
        var position = worker * lineLength
        for byte in text.utf8.prefix(lineLength - 1) {
            lines[position] = byte
            position += 1
        }
        while position < (worker + 1) * lineLength - 1 {
            lines[position] = UInt8(ascii: " ")
            position += 1
        }
        lines[position] = UInt8(ascii: "\n")
    }

    /// Runs `body`; a trap in it, or `seconds` without an end, writes the lines and ends the process as it would have.
    package static func watching<R>(seconds: UInt32, _ body: () async throws -> R) async rethrows -> R {
        for worker in 0..<workerLimit { note(0, worker: worker) }
        for number in signals {
            signal(number) { number in
                _ = write(2, FuzzCrashReport.lines, FuzzCrashReport.workerLimit * FuzzCrashReport.lineLength)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        alarm(seconds)
        defer {
            alarm(0)
            for number in signals { signal(number, SIG_DFL) }
        }
        return try await body()
    }
}
