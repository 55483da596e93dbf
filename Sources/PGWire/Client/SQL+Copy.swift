extension SQL {
    /// Whether it is a COPY whose data goes through the connection. Where other statements follow it without waiting, such
    /// a COPY ends the connection: the server takes the next message for data and no longer knows where it is
    /// ("protocol synchronization was lost").
    var copiesThroughConnection: Bool {
        // The first piece says it, and seldom needs a look at more than its first character.
        let letter = (beginning.utf8.first ?? 0) | 0x20
        if letter != UInt8(ascii: "c"), (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) { return false }
        let start = Self.withoutBlanksAndComments(beginning.utf8[...])
        guard start.first.map({ $0 | 0x20 }) == UInt8(ascii: "c"),
            start.prefix(4).map({ $0 | 0x20 }) == Array("copy".utf8)
        else { return false }
        let words = text.lowercased()
        return words.contains("stdin") || words.contains("stdout")
    }

    /// What comes after blanks and comments.
    private static func withoutBlanksAndComments(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text.drop(while: \.isSpace)
        while true {
            if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }.drop(while: \.isSpace)
            } else if rest.starts(with: "/*".utf8) {
                rest = afterComment(rest.dropFirst(2)).drop(while: \.isSpace)
            } else {
                return rest
            }
        }
    }

    /// What comes after a comment in slashes, whose beginning was taken off; such comments may hold others.
    private static func afterComment(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text
        var depth = 1
        while depth > 0, !rest.isEmpty {
            if rest.starts(with: "/*".utf8) || rest.starts(with: "*/".utf8) {
                depth += rest.first == UInt8(ascii: "/") ? 1 : -1
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        }
        return rest
    }
}
