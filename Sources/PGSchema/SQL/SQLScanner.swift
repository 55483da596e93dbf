/// Finds where SQL's quotes and comments end (manual: "Lexical Structure").
package struct SQLScanner {
    package let text: [Unicode.Scalar]

    package init(text: [Unicode.Scalar]) { self.text = text }

    /// Where the token at `position` ends: one scalar further, except for quotes and comments.
    package func end(ofTokenAt position: Int) -> Int {
        switch text[position] {
        case "'": return endOfQuoted(by: "'", from: position + 1, backslash: isEscapeString(at: position))
        case "\"": return endOfQuoted(by: "\"", from: position + 1, backslash: false)
        case "-" where matches("--", at: position):
            return text[position...].firstIndex { $0 == "\n" || $0 == "\r" } ?? text.count
        case "/" where matches("/*", at: position): return endOfBlockComment(from: position + 2)
        case "$": return endOfDollarQuoted(from: position)
        default: return position + 1
        }
    }

    /// Where the word or number that begins at `position` ends; nil when none does.
    package func end(ofWordAt position: Int) -> Int? {
        guard text[position] != "$", Self.isWord(text[position]) else { return nil }
        return text[position...].firstIndex { !Self.isWord($0) } ?? text.count
    }

    /// Whether a comment begins at `position`.
    package func isComment(at position: Int) -> Bool { matches("--", at: position) || matches("/*", at: position) }

    /// A doubled quote does not end the quoted text.
    private func endOfQuoted(by quote: Unicode.Scalar, from start: Int, backslash: Bool) -> Int {
        var position = start
        while position < text.count {
            if text[position] == quote {
                guard position + 1 < text.count, text[position + 1] == quote else { return position + 1 }
                position += 2
            } else {
                position += backslash && text[position] == "\\" ? 2 : 1
            }
        }
        return text.count
    }

    func isEscapeString(at position: Int) -> Bool {
        guard position > 0, text[position - 1] == "E" || text[position - 1] == "e" else { return false }
        return position < 2 || !Self.isWord(text[position - 2])
    }

    private func endOfBlockComment(from start: Int) -> Int {
        var depth = 1
        var position = start
        while position < text.count, depth > 0 {
            if matches("/*", at: position) {
                depth += 1
                position += 2
            } else if matches("*/", at: position) {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        }
        return position
    }

    private func endOfDollarQuoted(from start: Int) -> Int {
        // `a$1` is a name, and `$1` a parameter: neither opens a quote.
        if start > 0, Self.isWord(text[start - 1]) { return start + 1 }
        guard let close = text[(start + 1)...].firstIndex(where: { !Self.isWord($0) || $0 == "$" }), text[close] == "$"
        else { return start + 1 }
        let tag = Array(text[start...close])
        if tag.count > 2, Self.isDigit(tag[1]) { return start + 1 }
        var position = close + 1
        while position < text.count {
            if text[position] == "$", text[position...].starts(with: tag) { return position + tag.count }
            position += 1
        }
        return text.count
    }

    private func matches(_ token: String, at position: Int) -> Bool {
        text[position...].starts(with: token.unicodeScalars)
    }

    /// Whether the scalar can be part of a name or a number.
    ///
    /// As to the server, every scalar beyond ASCII can, whatever it is.
    package static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "$": true
        default: scalar.value >= 0x80
        }
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// Whether the server treats it as white space.
    package static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\n", "\r", "\u{B}", "\u{C}": true
        default: false
        }
    }
}
