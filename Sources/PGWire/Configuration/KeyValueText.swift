/// Reads `host=db.example.com user='o\'brien' …` (manual: "Keyword/Value Connection Strings").
struct KeyValueText {
    private let bytes: [UInt8]
    private var position = 0
    /// The parameters parsed so far.
    private(set) var parameters = ConnectionParameters()

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Parses the text, up to the first ambiguous place.
    mutating func parse() {
        skipSpaces()
        while position < bytes.count {
            // Text right after a closing quote may be the rest of a password that contains quotes.
            let mayBeShown = position == 0 || bytes[position - 1].isSpace
            guard let name = readName() else {
                parameters.addSyntaxProblem(missingEqualsSign)
                return
            }
            guard let value = readValue() else {
                parameters.addSyntaxProblem("the connection string has a value with an opening but no closing quote")
                return
            }
            parameters.set(name: name, to: value, mayBeShown: mayBeShown)
            parameters.doubtNames(after: name)
            skipSpaces()
        }
    }

    /// Does not quote the text, as libpq does: it may be the second word of a password.
    private var missingEqualsSign: String {
        let looksLikeURI = bytes.indices.contains { bytes[$0...].starts(with: "://".utf8) }
        let advice =
            looksLikeURI
            ? "a URI begins with \"postgres://\" or \"postgresql://\", in small letters and without spaces before it"
            : "write name=value, with a value that contains spaces in single quotes"
        return "the connection string has a word without \"=\": \(advice)"
    }

    /// Parses the name and the `=`; nil if there is none.
    private mutating func readName() -> String? {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "="), !bytes[position].isSpace { position += 1 }
        let name = bytes[start..<position]
        skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return nil }
        position += 1
        skipSpaces()
        return String(validating: name, as: UTF8.self)
    }

    /// Parses a value, quoted or up to the next space; nil if a quote is not closed.
    private mutating func readValue() -> String? {
        let quote = UInt8(ascii: "'")
        let isQuoted = position < bytes.count && bytes[position] == quote
        if isQuoted { position += 1 }
        var value: [UInt8] = []
        while position < bytes.count {
            var byte = bytes[position]
            position += 1
            if isQuoted ? byte == quote : byte.isSpace { return String(validating: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                guard position < bytes.count else { break }  // a last backslash is dropped
                byte = bytes[position]
                position += 1
            }
            value.append(byte)
        }
        return isQuoted ? nil : String(validating: value, as: UTF8.self)
    }

    private mutating func skipSpaces() {
        while position < bytes.count, bytes[position].isSpace { position += 1 }
    }
}
