#if ScribeApp
import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Standard output for results, standard error for problems. Each line is written at once, so whoever reads a pipe sees it
/// when it happens.
enum Console {
    /// A result.
    static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// A problem, or advice about one, in one line or several. It may tell what a server or a file says, and nothing of that
    /// is obeyed.
    static func problem(_ text: String) {
        write(text.linesEscapingControls.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    /// Text of a progress display: no whole line.
    static func problemText(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
            #else
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            #endif
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // Nobody reads any more: there is nowhere left to say so.
                return
            }
        }
    }
}
#endif
