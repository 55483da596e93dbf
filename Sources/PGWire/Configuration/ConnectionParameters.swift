/// libpq's connection parameters as text, from one source or several.
///
/// Parsing collects problems instead of stopping at the first.
package struct ConnectionParameters: Sendable {
    /// A parameter's text.
    struct Value: Sendable {
        /// The text, decoded.
        var text: String
        /// Whether an error may quote it: not a secret, nor text that may be part of a badly encoded password.
        var mayBeShown: Bool
        /// Where it comes from, if not from the connection string.
        var source: String?
    }

    /// The values; the last one of several for the same keyword.
    private(set) var values: [ConnectionKeyword: Value] = [:]
    /// The problems of the text.
    package private(set) var problems: [String] = []
    /// Whether a part of the text could not be parsed, and a missing parameter may be in it.
    private(set) var isIncomplete = false
    /// Which unknown names an error may quote. After a password that was not quoted or encoded, a name may be its
    /// second half: then none. After an unknown name, which may be a misspelled `password`: those that are nearly a
    /// keyword.
    private var trustInNames = Trust.all

    private enum Trust: Int, Comparable {
        case none, similar, all

        static func < (left: Trust, right: Trust) -> Bool { left.rawValue < right.rawValue }
    }

    /// Longer texts, which may come from users of the program, are refused before they cost anything.
    private static let maximumLength = 64 * 1024

    /// No parameters.
    package init() {}

    /// The parameters of a URI or of keyword/value text. The prefix decides which it is, as in libpq.
    package init(_ connectionString: String) {
        let bytes = Array(connectionString.utf8)
        if bytes.count > Self.maximumLength {
            addSyntaxProblem(
                "the connection string has \(bytes.count) bytes, and at most \(Self.maximumLength) are taken")
        } else if bytes.contains(0) {
            addSyntaxProblem("the connection string contains a NUL character")
        } else if let prefix = ConnectionURI.prefixLength(bytes) {
            var uri = ConnectionURI(bytes)
            uri.parse(from: prefix)
            self = uri.parameters
        } else {
            var text = KeyValueText(bytes)
            text.parse()
            self = text.parameters
        }
    }

    /// These parameters, with missing ones taken from `lower`, a source of lower priority.
    package func filled(from lower: ConnectionParameters) -> ConnectionParameters {
        var both = self
        both.values.merge(lower.values) { mine, _ in mine }
        both.problems += lower.problems
        both.isIncomplete = isIncomplete || lower.isIncomplete
        return both
    }

    /// The decoded text of a parameter, which may be empty.
    package subscript(keyword: ConnectionKeyword) -> String? { values[keyword]?.text }

    /// Sets a parameter and replaces an earlier value.
    package mutating func set(
        _ keyword: ConnectionKeyword, to text: String, mayBeShown: Bool = true, source: String? = nil
    ) {
        values[keyword] = Value(text: text, mayBeShown: mayBeShown && !keyword.isSecret, source: source)
    }

    /// Forgets a parameter.
    mutating func remove(_ keyword: ConnectionKeyword) { values[keyword] = nil }

    /// Sets the parameter with this name, or notes that it is unknown. `mayBeShown` is false when an error must not
    /// quote the name and value.
    mutating func set(name: String, to text: String, mayBeShown: Bool) {
        if let keyword = ConnectionKeyword(rawValue: name) {
            return set(keyword, to: text, mayBeShown: mayBeShown)
        }
        if name == "requiressl" {  // of old libpqs, and still taken
            let isRequired = text.utf8.first == UInt8(ascii: "1")
            return set(.sslmode, to: (isRequired ? SSLMode.require : .prefer).rawValue)
        }
        // A name with other characters may be a URI with another prefix, password included.
        let looksLikeName = !name.isEmpty && name.utf8.count <= 40 && name.utf8.allSatisfy(\.isLetterDigitOrUnderscore)
        let advice = looksLikeName ? ConnectionKeyword.advice(for: name) : nil
        if looksLikeName && mayBeShown && (trustInNames == .all || trustInNames == .similar && advice != nil) {
            problems.append("unknown parameter \"\(name)\"\(advice.map { ": \($0)" } ?? "")")
        } else {
            problems.append(name.isEmpty ? "a parameter has no name" : "unknown parameter (\(Self.notShown))")
        }
    }

    /// Notes the name before the next one; nil when it could not be parsed.
    mutating func doubtNames(after name: String?) {
        guard let name else { return trustInNames = .none }
        switch ConnectionKeyword(rawValue: name)?.isSecret {
        case true?: trustInNames = .none
        case false?: break
        case nil: trustInNames = min(trustInNames, .similar)
        }
    }

    /// Notes a problem after which all is parsed nonetheless.
    mutating func addProblem(_ problem: String) { problems.append(problem) }

    /// Notes a problem after which a part of the text is not parsed.
    mutating func addSyntaxProblem(_ problem: String) {
        problems.append(problem)
        isIncomplete = true
    }

    /// The replacement, in errors, for text that may be secret.
    static let notShown = """
        not shown, as it may belong to a password: in a URI, write the characters : / ? # @ & = % and spaces of a \
        password as %XX; in key=value text, put the password in single quotes
        """
}

extension ConnectionParameters: CustomStringConvertible, CustomReflectable {
    /// The names only: a value may be a secret.
    package var description: String { values.keys.map(\.rawValue).sorted().joined(separator: " ") }

    /// Nothing, for the same reason.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension UInt8 {
    /// Whether this is one of `A-Z a-z 0-9 _`.
    var isLetterDigitOrUnderscore: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// As C's `isspace`.
    var isSpace: Bool { self == UInt8(ascii: " ") || (9...13).contains(self) }
}
