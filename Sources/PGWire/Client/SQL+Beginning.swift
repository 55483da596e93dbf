extension SQL {
    /// The text up to the first parameter, from the first word on: without the blanks and comments before it.
    ///
    /// It is asked for with every statement, so what begins with a word at once costs next to nothing.
    var significantBeginning: Substring.UTF8View { Self.significant(beginning.utf8[...]) }

    /// The text without the blanks and comments before it.
    static func significant(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text
        while let first = rest.first {
            if first.isSpace {
                rest = rest.drop(while: \.isSpace)
            } else if first == UInt8(ascii: "-"), rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if first == UInt8(ascii: "/"), rest.starts(with: "/*".utf8) {
                rest = Self.afterComment(rest.dropFirst(2))
            } else {
                break
            }
        }
        return rest
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
