import PGSchemaSQL

/// The variables of a `.env` file, read as python-dotenv reads it, because the original's file must keep working.
///
/// `NAME=value`, `export NAME=value`, quotes of both kinds (which may span lines), comments. Unlike python-dotenv nothing
/// is substituted: `${X}` in a password stays what it says.
package struct DotEnv {
    /// Names and values in the file's order; a name without `=` is left out.
    package private(set) var variables: [(name: String, value: String)] = []
    /// The numbers of lines that could not be understood, from 1.
    package private(set) var unreadableLines: [Int] = []

    private let text: [Unicode.Scalar]
    private var position = 0
    private var line = 1

    /// Reads a whole file's text.
    package init(parsing text: String) {
        self.text = Array(text.unicodeScalars)
        if current == "\u{FEFF}" { position += 1 }
        while position < self.text.count { readLine() }
    }

    private var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func readLine() {
        skip(while: \.properties.isWhitespace)
        let first = line
        guard let start = current else { return }
        if start == "#" { return skipRestOfLine() }
        guard let name = readName() else { return reject(first) }
        skip(while: Self.isBlank)
        guard current == "=" else { return endOfStatement() ? () : reject(first) }
        position += 1
        skip(while: Self.isBlank)
        guard let value = readValue() else { return reject(first) }
        guard endOfStatement() else { return reject(first) }
        variables.append((name, value))
    }

    private mutating func readName() -> String? {
        let export = Array("export".unicodeScalars)
        if text[position...].starts(with: export), position + export.count < text.count,
            Self.isBlank(text[position + export.count])
        {
            position += export.count
            skip(while: Self.isBlank)
        }
        if current == "'" { return readQuoted("'", escapes: [:]) }
        let name = take { !$0.properties.isWhitespace && $0 != "=" && $0 != "#" }
        return name.isEmpty ? nil : name
    }

    private mutating func readValue() -> String? {
        switch current {
        case "'": return readQuoted("'", escapes: ["\\": "\\", "'": "'"])
        case "\"":
            return readQuoted(
                "\"",
                escapes: [
                    "\\": "\\", "'": "'", "\"": "\"", "a": "\u{07}", "b": "\u{08}", "f": "\u{0C}", "n": "\n", "r": "\r",
                    "t": "\t", "v": "\u{0B}",
                ])
        default: return Self.withoutComment(take { !Self.isNewline($0) })
        }
    }

    /// Text up to the closing quote, which `\` protects; nil when it never comes.
    private mutating func readQuoted(_ quote: Unicode.Scalar, escapes: [Unicode.Scalar: Unicode.Scalar]) -> String? {
        var value = String.UnicodeScalarView()
        var end = position + 1
        while end < text.count, text[end] != quote {
            if text[end] == "\\", end + 1 < text.count, let meant = escapes[text[end + 1]] {
                value.append(meant)
                end += 2
            } else {
                value.append(text[end])
                end += 1
            }
        }
        guard end < text.count else { return nil }
        line += text[position..<end].count { $0 == "\n" }
        position = end + 1
        return String(value)
    }

    /// An unquoted value: ` # …` starts a comment, `#` inside a word does not.
    private static func withoutComment(_ value: String) -> String {
        var kept = Array(value.unicodeScalars)
        if let comment = kept.indices.first(where: { kept[$0] == "#" && $0 > 0 && isBlank(kept[$0 - 1]) }) {
            kept.removeSubrange(comment...)
        }
        while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
        return String(String.UnicodeScalarView(kept))
    }

    /// Whether nothing but blanks and a comment is left on the line, which is then passed.
    private mutating func endOfStatement() -> Bool {
        skip(while: Self.isBlank)
        guard current.map({ $0 == "#" || Self.isNewline($0) }) ?? true else { return false }
        skipRestOfLine()
        return true
    }

    private mutating func reject(_ number: Int) {
        unreadableLines.append(number)
        skipRestOfLine()
    }

    private mutating func skipRestOfLine() {
        skip { !Self.isNewline($0) }
        skip(while: Self.isNewline)
    }

    private mutating func skip(while condition: (Unicode.Scalar) -> Bool) {
        while let scalar = current, condition(scalar) {
            if scalar == "\n" { line += 1 }
            position += 1
        }
    }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        skip(while: condition)
        return String(String.UnicodeScalarView(text[start..<position]))
    }

    private static func isNewline(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace && !isNewline(scalar)
    }
}
