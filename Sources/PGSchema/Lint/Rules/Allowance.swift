import PGSchemaSQL

/// `allow NAME because REASON`, or `exempt because REASON`: what a person has decided to live with.
public struct Allowance: Sendable, Equatable {
    /// Nil allows everything.
    public let name: String?
    /// Why it is allowed, in the file's words.
    public let reason: String

    /// Reads what stands behind `lint:` or `test:`; nil when it is neither form or has no reason.
    public init?(_ text: String) {
        let words = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
        guard let place = words.firstIndex(where: { $0 == "because" }), place + 1 < words.count else { return nil }
        switch (words.first, place) {
        case ("exempt", 1): name = nil
        case ("allow", 2): name = words[1]
        default: return nil
        }
        reason = words[(place + 1)...].joined(separator: " ")
    }

    /// The text behind `-- lint:` in a comment; nil in another comment.
    package static func text(ofComment comment: String, key: String) -> String? {
        guard comment.starts(withBytesOf: "--") else { return nil }
        let content = String(comment.dropFirst(2)).trimmed
        guard content.starts(withBytesOf: key + ":") else { return nil }
        return String(content.dropFirst(key.count + 1)).trimmed
    }
}
