extension TSVector {
    /// The text as the server writes it: `'brown':3 'fox':4A,12`.
    public var description: String {
        lexemes.map { lexeme in
            var text = "'"
            for scalar in lexeme.text.unicodeScalars {
                if scalar == "'" || scalar == "\\" { text.unicodeScalars.append(scalar) }
                text.unicodeScalars.append(scalar)
            }
            text += "'"
            for (index, position) in lexeme.positions.enumerated() {
                text += "\(index == 0 ? ":" : ",")\(position.number)\(position.weight.letter)"
            }
            return text
        }.joined(separator: " ")
    }

    /// Parses lexemes with blanks between them, in quotes or without; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        var lexemes: [Lexeme] = []
        cursor.skipBlanks()
        while !cursor.isAtEnd {
            guard let word = cursor.lexeme() else { return nil }
            var positions: [Position] = []
            if cursor.take(":") {
                repeat {
                    guard let number = cursor.number(digits: 1...9) else { return nil }
                    positions.append(Position(number, cursor.weight()))
                } while cursor.take(",")
            }
            lexemes.append(Lexeme(word, at: positions))
            guard cursor.isAtEnd || cursor.take(" ") else { return nil }
            cursor.skipBlanks()
        }
        self.init(lexemes)
    }
}

extension TSVector.Weight {
    /// The letter after a place; none for `d`.
    fileprivate var letter: String {
        switch self {
        case .a: "A"
        case .b: "B"
        case .c: "C"
        case .d: ""
        }
    }
}

extension TextCursor {
    /// Consumes a letter of a weight, if there is one.
    @_lifetime(self: copy self)
    fileprivate mutating func weight() -> TSVector.Weight {
        if take("A") { return .a }
        if take("B") { return .b }
        if take("C") { return .c }
        return .d
    }

    /// Consumes a word in quotes, with quotes and backslashes doubled, or one without quotes.
    @_lifetime(self: copy self)
    fileprivate mutating func lexeme() -> String? {
        var bytes: [UInt8] = []
        if take("'") {
            while true {
                guard let byte = take() else { return nil }
                if byte == UInt8(ascii: "'"), !take("'") { break }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = take() else { return nil }
                    bytes.append(escaped)
                } else {
                    bytes.append(byte)
                }
            }
        } else {
            while let byte = next, ![0x20, UInt8(ascii: ":"), UInt8(ascii: "'"), UInt8(ascii: "\\")].contains(byte) {
                bytes.append(byte)
                _ = take()
            }
        }
        return bytes.isEmpty ? nil : String(validating: bytes.rawSpan)
    }
}
