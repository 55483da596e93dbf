package import PGSchemaReports
import PGSchemaSQL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

import PGWire

/// Writes results to standard output and problems to standard error, unbuffered.
///
/// It takes ``ShownText`` only, so that a peer's text can neither control the terminal nor look like a line of the program.
package enum Console {
    /// Prints a result.
    @Sendable package static func print(_ text: ShownText) { write("\(text)\n", to: STDOUT_FILENO) }

    /// Prints a problem, or advice about one.
    @Sendable package static func problem(_ text: ShownText) { write("\(text)\n", to: STDERR_FILENO) }

    /// Prints a result for programs.
    package static func print(json: String) { write(json.escapingControlsInJSON + "\n", to: STDOUT_FILENO) }

    /// Prints a script: unchanged into a file or a pipe, with control characters escaped on a terminal.
    package static func print(script: String) {
        guard isatty(STDOUT_FILENO) == 1 else { return write(script + "\n", to: STDOUT_FILENO) }
        let shown = ShownText(multiline: script)
        print(shown)
        guard !shown.description.hasSameBytes(as: script) else { return }
        problem(
            """
            warning: the script holds control characters, which are written out here as \\u{…}: send it to a file, where they \
            are as they must be
            """)
    }

    /// Prints a question, without a line feed.
    package static func ask(_ text: ShownText) { write("\(text)", to: STDERR_FILENO) }

    /// Writes text with terminal control sequences, for a progress display.
    static func draw(_ text: String) { write(text, to: STDERR_FILENO) }

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
                // Nobody reads the output any more, and an error could not be shown either.
                return
            }
        }
    }
}
