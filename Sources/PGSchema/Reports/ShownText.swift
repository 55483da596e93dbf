import LocalPostgres
import PGSchemaSQL
import PGWire

/// Text that is shown to a person, on a terminal or in a log.
///
/// A literal is the program's own text and is kept as it is, line breaks included. An interpolated value may come from a peer
/// (a server, a file, a setting, a request), so it is shown on one line, with control characters escaped:
///
/// ```swift
/// let text: ShownText = "\(path) is there already:\nchoose another name"
/// ```
package struct ShownText: Sendable, CustomStringConvertible, ExpressibleByStringInterpolation {
    package let description: String

    package init(stringLiteral value: String) { description = value }

    package init(stringInterpolation: StringInterpolation) { description = stringInterpolation.text }

    /// Text whose line breaks and tabs are part of it, such as a statement. Other control characters are escaped.
    package init(multiline text: String) {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { scalars in
            scalars.split(separator: "\t", omittingEmptySubsequences: false)
                .map { String(String.UnicodeScalarView($0)).escapingControls }.joined(separator: "\t")
        }
        description = lines.joined(separator: "\n")
    }

    /// The description of an error.
    package init(_ error: any Error) { self = "\(error: error)" }

    /// The text on one line, for a log.
    package var onOneLine: ShownText {
        let lines = description.split(at: "\n").map { String($0.unicodeScalars.drop { $0 == " " }) }
        // A line with only a caret points into the line above it, which is not above it any more.
        return "\(lines.filter { $0 != "^" }.joined(separator: "; "))"
    }

    /// Concatenates two texts.
    package static func + (left: ShownText, right: ShownText) -> ShownText { "\(left)\(right)" }

    /// Keeps literals as they are, and escapes control characters in values.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        /// The program's own text.
        package mutating func appendLiteral(_ literal: String) { text += literal }

        /// A value of any type, on one line.
        package mutating func appendInterpolation<T>(_ value: T) { text += "\(value)".escapingControls }

        package mutating func appendInterpolation(_ shown: ShownText) { text += shown.description }

        /// Values, each on a line of its own, indented by two blanks.
        package mutating func appendInterpolation(lines values: [String]) {
            text += values.map { "  \($0.escapingControls)" }.joined(separator: "\n")
        }

        /// An error. Its line breaks are kept if none of them can come from a peer.
        package mutating func appendInterpolation(error: any Error) {
            switch error {
            case let error as any ShownError: text += error.shown.description
            // These show a server's text on one line, or indented.
            case is PostgresError, is ServerError, is ConnectionError, is ConfigurationError:
                text += ShownText(multiline: "\(error)").description
            case let error as LocalPostgresError: text += error.shown.description
            default: text += "\(error)".escapingControls
            }
        }
    }
}

/// An error whose description is safe to show on a terminal or in a log.
package protocol ShownError: Error, CustomStringConvertible {
    var shown: ShownText { get }
}

extension ShownError {
    // Public, as the errors that conform are.
    public var description: String { shown.description }
}

extension LocalPostgresError {
    fileprivate var shown: ShownText {
        switch self {
        case .programFailed(let program, let status, let log):
            "\(program) failed with status \(status):\n\(lines: log.lines)"
        case .timedOut(let program, let seconds, let log):
            "\(program) was not ready after \(seconds) s:\n\(lines: log.lines)"
        default: "\(description)"
        }
    }
}

extension String {
    /// The JSON with control characters escaped. The line breaks between values stay.
    ///
    /// JSON itself demands that below U+0020 only. Such characters occur in strings alone, where an escape means the same.
    package var escapingControlsInJSON: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            guard scalar.isDisplayControl, scalar != "\n" else {
                text.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            text.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
        return String(text)
    }

    /// The lines, whatever ends them.
    package var lines: [String] {
        unicodeScalars.split { ("\n"..."\r").contains($0) || ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
            .map { String($0) }
    }
}
