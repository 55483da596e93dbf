import LocalPostgres
import PGSchemaSQL
import PGWire

/// Text that is shown to a person, on a terminal or in a log.
///
/// What stands in it literally is ours and stays as it is, line breaks included. Whatever is put in may come from a peer (a
/// server, a file, a setting, a request), so it is shown on one line, and what a terminal would obey is written out:
///
/// ```swift
/// let text: ShownText = "\(path) is there already:\nchoose another name"
/// ```
public struct ShownText: Sendable, CustomStringConvertible, ExpressibleByStringInterpolation {
    public let description: String

    public init(stringLiteral value: String) { description = value }

    public init(stringInterpolation: StringInterpolation) { description = stringInterpolation.text }

    /// Text whose line breaks and tabs are part of it, such as a statement: only what else a terminal obeys is written out.
    public init(multiline text: String) {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { scalars in
            scalars.split(separator: "\t", omittingEmptySubsequences: false)
                .map { String(String.UnicodeScalarView($0)).escapingControls }.joined(separator: "\t")
        }
        description = lines.joined(separator: "\n")
    }

    /// What happened.
    public init(_ error: any Error) { self = "\(error: error)" }

    /// All of it on one line, as a log has it.
    public var onOneLine: ShownText {
        let lines = description.split(at: "\n").map { String($0.unicodeScalars.drop { $0 == " " }) }
        // A line with nothing but a caret points to a place in the line before it, which is next to it no more.
        return "\(lines.filter { $0 != "^" }.joined(separator: "; "))"
    }

    /// Both, one behind the other.
    public static func + (left: ShownText, right: ShownText) -> ShownText { "\(left)\(right)" }

    /// Takes literals as they are, and values with what a terminal would obey written out.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// As `ExpressibleByStringInterpolation` asks for it.
        public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        /// Text of ours.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// A value of whatever kind, on one line.
        public mutating func appendInterpolation<T>(_ value: T) { text += "\(value)".escapingControls }

        public mutating func appendInterpolation(_ shown: ShownText) { text += shown.description }

        /// Values, each on a line of its own that begins with two blanks.
        public mutating func appendInterpolation(lines values: [String]) {
            text += values.map { "  \($0.escapingControls)" }.joined(separator: "\n")
        }

        /// An error, whose line breaks are kept if they are certainly not those of a peer.
        public mutating func appendInterpolation(error: any Error) {
            switch error {
            case let error as any ShownError: text += error.shown.description
            // They show a server's text on one line, or indented.
            case is PostgresError, is ServerError, is ConnectionError, is ConfigurationError:
                text += ShownText(multiline: "\(error)").description
            case let error as LocalPostgresError: text += error.shown.description
            default: text += "\(error)".escapingControls
            }
        }
    }
}

/// An error whose description may be shown as it is.
public protocol ShownError: Error, CustomStringConvertible {
    var shown: ShownText { get }
}

extension ShownError {
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
    /// The JSON with escapes for what a terminal would obey; the line breaks between values stay.
    ///
    /// JSON itself asks for them below U+0020 only. Such characters can stand in strings alone, where an escape means the same.
    public var escapingControlsInJSON: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            guard scalar.isObeyed, scalar != "\n" else {
                text.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            text.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
        return String(text)
    }

    /// Its lines, whichever way they end.
    package var lines: [String] {
        unicodeScalars.split { ("\n"..."\r").contains($0) || ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
            .map { String($0) }
    }
}
