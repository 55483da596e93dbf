import PGSchemaSQL

/// An accepted finding: `allow NAME because REASON`, or `exempt because REASON`.
package struct Allowance: Sendable, Equatable {
    /// The name of the rule; nil for all.
    package let name: String?
    /// Why it is allowed, in the file's words.
    package let reason: String

    /// Parses the text after `lint:` or `test:`; nil when it has neither form, or no reason.
    package init?(_ text: String) {
        let words = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
        guard let place = words.firstIndex(where: { $0 == "because" }), place + 1 < words.count else { return nil }
        switch (words.first, place) {
        case ("exempt", 1): name = nil
        case ("allow", 2): name = words[1]
        default: return nil
        }
        reason = words[(place + 1)...].joined(separator: " ")
    }

    /// The text after `-- lint:` in a comment; nil for another comment.
    package static func text(ofComment comment: String, key: String) -> String? {
        guard comment.starts(withBytesOf: "--") else { return nil }
        let content = String(comment.dropFirst(2)).trimmed
        guard content.starts(withBytesOf: key + ":") else { return nil }
        return String(content.dropFirst(key.count + 1)).trimmed
    }
}
