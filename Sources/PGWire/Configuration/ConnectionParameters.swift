/// libpq's connection parameters as text, from one source or from several laid over each other.
///
/// Parsing collects problems instead of stopping at the first, so that whoever starts a server sees all of them at once.
package struct ConnectionParameters: Sendable {
    /// A parameter's text.
    struct Value: Sendable {
        /// The text, decoded.
        var text: String
        /// Whether an error may quote it: not if it is a secret, nor if it stands where a badly encoded password would.
        var mayBeShown: Bool
    }

    /// What was given; of several values for one keyword, the last.
    private(set) var values: [ConnectionKeyword: Value] = [:]
    /// What was wrong with the text.
    package private(set) var problems: [String] = []
    /// Whether a part of the text could not be understood, so that a missing parameter may have been in there.
    private(set) var isIncomplete = false
    /// Which unknown names an error may quote. After a password that was not quoted or encoded, a name may be its second
    /// half: then none. After an unknown name, which may be a misspelled `password`: those that are nearly a keyword.
    private var trustInNames = Trust.all

    private enum Trust: Int, Comparable {
        case none, similar, all

        static func < (left: Trust, right: Trust) -> Bool { left.rawValue < right.rawValue }
    }

    /// No parameters.
    package init() {}

    /// The parameters in a URI or in key=value text; which of them it is, the prefix decides, as in libpq.
    package init(_ connectionString: String) {
        let bytes = Array(connectionString.utf8)
        if bytes.contains(0) {
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

    /// These parameters, and those of a source that counts for less (a service file, then the environment) where this
    /// one says nothing.
    package func filled(from lower: ConnectionParameters) -> ConnectionParameters {
        var both = self
        both.values.merge(lower.values) { mine, _ in mine }
        both.problems += lower.problems
        both.isIncomplete = isIncomplete || lower.isIncomplete
        return both
    }

    /// The decoded text of a parameter, empty text included.
    package subscript(keyword: ConnectionKeyword) -> String? { values[keyword]?.text }

    /// Sets a parameter, in place of an earlier value.
    package mutating func set(_ keyword: ConnectionKeyword, to text: String, mayBeShown: Bool = true) {
        values[keyword] = Value(text: text, mayBeShown: mayBeShown && !keyword.isSecret)
    }

    /// Sets the parameter of this name, or notes that there is none; `mayBeShown` is false where name and value stand in
    /// a place of the text that an error must not quote.
    mutating func set(name: String, to text: String, mayBeShown: Bool) {
        if let keyword = ConnectionKeyword(rawValue: name) {
            return set(keyword, to: text, mayBeShown: mayBeShown)
        }
        // A name that does not look like one may be a URI with another prefix, password included.
        let looksLikeName = !name.isEmpty && name.utf8.count <= 40 && name.utf8.allSatisfy(\.isLetterDigitOrUnderscore)
        let advice = looksLikeName ? ConnectionKeyword.advice(for: name) : nil
        if looksLikeName && mayBeShown && (trustInNames == .all || trustInNames == .similar && advice != nil) {
            problems.append("unknown parameter \"\(name)\"\(advice.map { ": \($0)" } ?? "")")
        } else {
            problems.append(name.isEmpty ? "a parameter has no name" : "unknown parameter (\(Self.notShown))")
        }
    }

    /// Notes what stood before the next name, whether or not it could be read; nil for a name that could not.
    mutating func doubtNames(after name: String?) {
        guard let name else { return trustInNames = .none }
        switch ConnectionKeyword(rawValue: name)?.isSecret {
        case true?: trustInNames = .none
        case false?: break
        case nil: trustInNames = min(trustInNames, .similar)
        }
    }

    /// Notes a problem that leaves a part of the text unread.
    mutating func addSyntaxProblem(_ problem: String) {
        problems.append(problem)
        isIncomplete = true
    }

    /// What stands in an error in place of text that may be secret.
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

    /// What C's `isspace` says.
    var isSpace: Bool { self == UInt8(ascii: " ") || (9...13).contains(self) }
}
