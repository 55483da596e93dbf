#if ScribeApp
/// `allow NAME because REASON`, or `exempt because REASON`: what a person has decided to live with.
package struct Allowance: Sendable, Equatable {
    /// Nil allows everything.
    package let name: String?
    package let reason: String

    /// Reads what stands behind `lint:` or `test:`; nil when it is neither form or has no reason.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let place = words.firstIndex(of: "because"), place + 1 < words.count else { return nil }
        switch (words.first, place) {
        case ("exempt", 1): name = nil
        case ("allow", 2): name = words[1]
        default: return nil
        }
        reason = words[(place + 1)...].joined(separator: " ")
    }

    /// The text behind `-- lint:` in a comment; nil in another comment.
    static func text(ofComment comment: String, key: String) -> String? {
        guard comment.hasPrefix("--") else { return nil }
        let content = String(comment.dropFirst(2)).trimmed
        guard content.hasPrefix(key + ":") else { return nil }
        return String(content.dropFirst(key.count + 1)).trimmed
    }
}
#endif
