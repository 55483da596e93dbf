/// The text of a statement taken apart as far as it takes to know which `$1` is a parameter, and which is part of a literal, a
/// name or a comment (manual: "Lexical Structure").
///
/// It goes by `standard_conforming_strings = on`. What it finds serves advice and the numbering of ``SQL/init(raw:values:)``; the
/// server has the last word.
struct StatementText {
    /// A `$1` in the text.
    struct Reference: Equatable {
        /// Its number; nil when it is too large for any.
        var number: Int?
        /// Its bytes in the text.
        var range: Range<Int>
        /// Whether it is inside of quotes, and so no parameter.
        var isQuoted: Bool
    }

    private let bytes: [UInt8]
    private var position = 0
    private(set) var references: [Reference] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
        while position < bytes.count { step() }
    }

    /// What to do about a value inside of quotes.
    static func adviceForQuoted(_ number: Int) -> String {
        "A value was interpolated inside of quotes, where $\(number) is text and no parameter. Interpolate all of the literal, "
            + "without quotes: LIKE \\(\"%\\(text)%\"), or put it together on the server: LIKE '%' || \\(text) || '%'."
    }

    private func byte(at index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    private mutating func step() {
        switch bytes[position] {
        case UInt8(ascii: "'"): skipQuoted(UInt8(ascii: "'"), hasEscapes: false, isLiteral: true)
        case UInt8(ascii: "\""): skipQuoted(UInt8(ascii: "\""), hasEscapes: false, isLiteral: false)
        case UInt8(ascii: "-") where byte(at: position + 1) == UInt8(ascii: "-"): skipLine()
        case UInt8(ascii: "/") where byte(at: position + 1) == UInt8(ascii: "*"): skipComment()
        case UInt8(ascii: "$"): stepDollar()
        case let byte where Self.beginsWord(byte): skipWord()
        default: position += 1
        }
    }

    private static func beginsWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

    private mutating func skipQuoted(_ quote: UInt8, hasEscapes: Bool, isLiteral: Bool) {
        position += 1
        while let byte = byte(at: position) {
            if byte == quote {
                position += 1
                guard self.byte(at: position) == quote || isLiteral && skipToContinuation() else { return }
            } else if hasEscapes, byte == UInt8(ascii: "\\") {
                position += 1
            } else if isLiteral, byte == UInt8(ascii: "$"), note(isQuoted: true) {
                continue
            }
            position += 1
        }
    }

    /// Goes to the quote at which a literal goes on that was closed, after a new line; it then is of the same kind. False when
    /// there is none.
    private mutating func skipToContinuation() -> Bool {
        let end = position
        var hasNewLine = false
        while let byte = byte(at: position) {
            if byte == UInt8(ascii: "-"), self.byte(at: position + 1) == byte {
                skipLine()
            } else if byte.isSpace {
                hasNewLine = hasNewLine || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
                position += 1
            } else {
                break
            }
        }
        if hasNewLine, byte(at: position) == UInt8(ascii: "'") { return true }
        position = end
        return false
    }

    private mutating func skipLine() {
        while let byte = byte(at: position), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { position += 1 }
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            switch (byte(at: position), byte(at: position + 1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")): (depth, position) = (depth + 1, position + 2)
            case (UInt8(ascii: "*"), UInt8(ascii: "/")): (depth, position) = (depth - 1, position + 2)
            default: position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    /// A name or a key word, in which a dollar is a letter; `E` in front of a literal gives backslashes a meaning.
    private mutating func skipWord() {
        let start = position
        while let byte = byte(at: position), Self.beginsWord(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "$") {
            position += 1
        }
        if position == start + 1, bytes[start] | 0x20 == UInt8(ascii: "e"), byte(at: position) == UInt8(ascii: "'") {
            skipQuoted(UInt8(ascii: "'"), hasEscapes: true, isLiteral: true)
        }
    }

    /// A parameter, or a literal between `$$` or `$tag$`.
    private mutating func stepDollar() {
        if note(isQuoted: false) { return }
        var end = position + 1
        while let byte = byte(at: end), Self.beginsWord(byte) || end > position + 1 && Self.isDigit(byte) { end += 1 }
        guard byte(at: end) == UInt8(ascii: "$") else {
            position += 1
            return
        }
        let tag = bytes[position...end]
        position = end + 1
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "$") {
                if bytes[position...].starts(with: tag) {
                    position += tag.count
                    return
                }
                if note(isQuoted: true) { continue }
            }
            position += 1
        }
    }

    /// Notes the reference that begins here, and goes to its end; false when there is none.
    private mutating func note(isQuoted: Bool) -> Bool {
        guard byte(at: position) == UInt8(ascii: "$"), Self.isDigit(byte(at: position + 1)) else { return false }
        let start = position
        position += 1
        while Self.isDigit(byte(at: position)) { position += 1 }
        let digits = String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
        references.append(Reference(number: Int(digits), range: start..<position, isQuoted: isQuoted))
        return true
    }
}
