/// The parts of a statement's text, as far as needed to tell words from what stands in quotes and comments.
struct SQLTokens {
    enum Token: Equatable {
        /// A word without quotes, in lower case.
        case word(String)
        /// A name in double quotes.
        case quoted
        /// A string, a number or a parameter.
        case value
        case symbol(UInt8)
        /// The text ends within quotes, or is none that is understood.
        case unclear
    }

    private var rest: Substring.UTF8View
    /// What began with the last token.
    private var last: Substring.UTF8View
    /// Whether blanks or comments stood before the last token.
    private(set) var isSeparate = false
    /// Whether the last token was a string with escapes, which goes on on a later line with the same meaning.
    private var isAfterEscapes = false

    init(_ text: String) {
        rest = text.utf8[...]
        last = rest
    }

    /// The last token as it is written.
    var lastText: String { String(Substring(last[..<rest.startIndex])) }

    /// The next token; nil at the end.
    mutating func next() -> Token? {
        let before = rest
        rest = SQL.significant(rest)
        isSeparate = rest.startIndex != before.startIndex
        let isContinued =
            isAfterEscapes
            && before[..<rest.startIndex].contains { [UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains($0) }
        isAfterEscapes = false
        last = rest
        guard let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "'"): return quoted(by: first, escapes: isContinued) ? .value : .unclear
        case UInt8(ascii: "\""): return quoted(by: first, escapes: false) ? .quoted : .unclear
        case UInt8(ascii: "$"): return dollar()
        case _ where first.isDigit:
            rest = rest.drop { $0.isWord || $0 == UInt8(ascii: ".") }
            return .value
        case _ where first.isWord: return word()
        default:
            rest = rest.dropFirst()
            return .symbol(first)
        }
    }

    private mutating func word() -> Token {
        let word = rest.prefix { $0.isWord || $0 == UInt8(ascii: "$") }
        rest = rest[word.endIndex...]
        let name = String(Substring(word)).lowercased()
        // Text with escapes of its own.
        if name == "u", rest.first == UInt8(ascii: "&") { return .unclear }
        guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            return .word(name)
        }
        switch (name, quote) {
        case ("e", UInt8(ascii: "'")): return quoted(by: quote, escapes: true) ? .value : .unclear
        case ("b", UInt8(ascii: "'")), ("x", UInt8(ascii: "'")), ("n", UInt8(ascii: "'")):
            return quoted(by: quote, escapes: false) ? .value : .unclear
        default: return .word(name)
        }
    }

    /// Goes past what stands in quotes; false when they do not end. Doubled quotes read as two texts next to each other.
    private mutating func quoted(by quote: UInt8, escapes: Bool) -> Bool {
        isAfterEscapes = escapes
        rest = rest.dropFirst()
        while let byte = rest.first {
            rest = rest.dropFirst()
            if escapes, byte == UInt8(ascii: "\\") {
                rest = rest.dropFirst()
            } else if byte == quote {
                guard rest.first == quote else { return true }
                rest = rest.dropFirst()
            }
        }
        return false
    }

    /// A parameter, or a text between dollar signs.
    private mutating func dollar() -> Token {
        let tag = rest.dropFirst().prefix(while: \.isWord)
        let after = rest[tag.endIndex...]
        if tag.first?.isDigit == true {
            rest = after
            return .value
        }
        guard after.first == UInt8(ascii: "$") else { return .unclear }
        let mark = Array(rest[rest.startIndex...tag.endIndex])
        rest = after.dropFirst()
        while !rest.isEmpty {
            if rest.starts(with: mark) {
                rest = rest.dropFirst(mark.count)
                return .value
            }
            rest = rest.dropFirst()
        }
        return .unclear
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isWord: Bool {
        isDigit || self == UInt8(ascii: "_") || self >= 0x80
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
