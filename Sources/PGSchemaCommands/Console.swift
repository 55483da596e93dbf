package import PGSchemaReports
import PGSchemaSQL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

import PGWire

/// Standard output for results, standard error for problems. Each line is written at once, so whoever reads a pipe sees it
/// when it happens.
///
/// Text reaches the terminal as ``ShownText`` only, so that what a peer says can neither steer it nor look like a line of ours.
package enum Console {
    /// A result.
    @Sendable package static func print(_ text: ShownText) { write("\(text)\n", to: STDOUT_FILENO) }

    /// A problem, or advice about one.
    @Sendable package static func problem(_ text: ShownText) { write("\(text)\n", to: STDERR_FILENO) }

    /// A result for a program.
    package static func print(json: String) { write(json.escapingControlsInJSON + "\n", to: STDOUT_FILENO) }

    /// A script to be run: byte by byte as it is, unless a terminal shows it, which runs nothing.
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

    /// A question, without the line's end.
    package static func ask(_ text: ShownText) { write("\(text)", to: STDERR_FILENO) }

    /// A progress display, which steers the terminal.
    package static func draw(_ text: String) { write(text, to: STDERR_FILENO) }

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
