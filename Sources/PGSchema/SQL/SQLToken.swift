/// A word, name, string, number or punctuation mark of SQL. Comments and white space are skipped.
package struct SQLToken: Sendable, Equatable {
    package enum Kind: Sendable {
        /// A key word or an unquoted name. ``SQLToken/text`` is in lower case, as the server folds it.
        case word
        /// A name in double quotes, which the text is without.
        case quotedName
        /// A string in single quotes or dollar quotes, which the text is without.
        case string
        case number
        /// One character, or `::`.
        case mark
    }

    package let kind: Kind
    package let text: String

    /// The tokens of `sql`.
    package static func tokens(of sql: String) -> [SQLToken] {
        var reader = Reader(scanner: SQLScanner(text: Array(sql.unicodeScalars)))
        return reader.tokens()
    }

    package func isWord(_ word: String) -> Bool { kind == .word && text == word }
    package func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }

    /// The text if the token can be a name.
    package var name: String? { kind == .word || kind == .quotedName ? text : nil }
}

private struct Reader {
    let scanner: SQLScanner
    private var position = 0
    private var result: [SQLToken] = []

    init(scanner: SQLScanner) { self.scanner = scanner }

    private var text: [Unicode.Scalar] { scanner.text }

    mutating func tokens() -> [SQLToken] {
        while position < text.count {
            let scalar = text[position]
            if SQLScanner.isBlank(scalar) {
                position += 1
            } else if scalar == "'" || scalar == "\"" || scalar == "$" || scanner.isComment(at: position) {
                readQuoted(scalar)
            } else if SQLScanner.isWord(scalar) {
                readWord(scalar)
            } else {
                let isCast = scalar == ":" && position + 1 < text.count && text[position + 1] == ":"
                add(.mark, isCast ? "::" : String(scalar))
                position += isCast ? 2 : 1
            }
        }
        return result
    }

    private mutating func add(_ kind: SQLToken.Kind, _ text: String) { result.append(SQLToken(kind: kind, text: text)) }

    private mutating func readQuoted(_ first: Unicode.Scalar) {
        let end = scanner.end(ofTokenAt: position)
        let whole = text[position..<end]
        defer { position = end }
        switch first {
        case "'":
            add(.string, unquoted(whole, "'", hasEscapes: scanner.isEscapeString(at: position)))
        case "\"":
            add(.quotedName, unquoted(whole, "\"", hasEscapes: false))
        case "$" where whole.count > 1:
            // The tag is the same on both sides: $$ or $name$.
            let tag = (whole.dropFirst().firstIndex { $0 == "$" } ?? end - 1) - position + 1
            let isClosed = whole.count >= 2 * tag && whole.suffix(tag) == whole.prefix(tag)
            add(.string, string(whole.dropFirst(tag).dropLast(isClosed ? tag : 0)))
        case "$":
            add(.mark, "$")
        default: break
        }
    }

    /// The text between the quotes, with escapes and doubled quotes resolved.
    private func unquoted(_ whole: ArraySlice<Unicode.Scalar>, _ quote: Unicode.Scalar, hasEscapes: Bool) -> String {
        var inner = String.UnicodeScalarView()
        var rest = whole.dropFirst()
        if rest.last == quote { rest = rest.dropLast() }
        while let scalar = rest.popFirst() {
            if hasEscapes, scalar == "\\" {
                SQLEscape.append(meaningOf: &rest, to: &inner)
            } else {
                inner.append(scalar)
                // A doubled quote stands for one.
                if scalar == quote { rest = rest.dropFirst() }
            }
        }
        return String(inner)
    }

    private mutating func readWord(_ first: Unicode.Scalar) {
        let isNumber = SQLScanner.isDigit(first)
        let start = position
        while position < text.count, SQLScanner.isWord(text[position]) || isNumber && text[position] == "." {
            position += 1
        }
        let word = string(text[start..<position])
        // E'…', B'…', X'…', N'…': the letter belongs to the string.
        if position < text.count, text[position] == "'", ["e", "b", "x", "n"].contains(word.asciiLowercased) { return }
        add(isNumber ? .number : .word, isNumber ? word : word.asciiLowercased)
    }

    private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }
}
