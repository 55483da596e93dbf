/// Reads the strings of one JSON object (RFC 8259), which a server sends before it has authenticated itself.
struct JSONReader {
    /// Deeper nesting is refused, as reading it takes stack.
    private static let maximumDepth = 16

    private let bytes: [UInt8]
    private var position = 0

    /// Nil unless the bytes are UTF-8.
    init?(_ bytes: [UInt8]) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        self.bytes = bytes
    }

    /// The members whose values are strings, the first of each name, where the whole text is one valid object; else nil.
    mutating func readStringMembers() -> [String: String]? {
        var members: [String: String] = [:]
        guard readObject(depth: 1, { name, value in if members[name] == nil { members[name] = value } }) else {
            return nil
        }
        skipSpace()
        return position == bytes.count ? members : nil
    }

    private mutating func readObject(depth: Int, _ body: (String, String) -> Void) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = readString(), take(UInt8(ascii: ":")) else { return false }
            if next == UInt8(ascii: "\"") {
                guard let value = readString() else { return false }
                body(name, value)
            } else if !skipValue(depth: depth) {
                return false
            }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    private mutating func skipValue(depth: Int) -> Bool {
        switch next {
        case UInt8(ascii: "\"")?: return readString() != nil
        case UInt8(ascii: "{")?: return depth < Self.maximumDepth && readObject(depth: depth + 1) { _, _ in }
        case UInt8(ascii: "[")?: return depth < Self.maximumDepth && skipArray(depth: depth + 1)
        default: return skipWord()
        }
    }

    private mutating func skipArray(depth: Int) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard skipValue(depth: depth) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    /// A number, `true`, `false` or `null`. What a number consists of is not checked, as it is not used.
    private mutating func skipWord() -> Bool {
        let word = bytes[position...].prefix { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || "+-.E".utf8.contains(byte)
        }
        position = word.endIndex
        guard let first = word.first else { return false }
        let isNumber = first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        return isNumber || ["true", "false", "null"].contains { word.elementsEqual($0.utf8) }
    }

    private mutating func readString() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = readEscape() else { return nil }
                text += String(scalar).utf8
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func readEscape() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = readHexadecimal() else { return nil }
            if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
            // The first half of a pair; half a pair alone is no scalar.
            guard UTF16.isLeadSurrogate(unit), bytes[position...].starts(with: Array("\\u".utf8)) else { return nil }
            position += 2
            guard let second = readHexadecimal(), UTF16.isTrailSurrogate(second) else { return nil }
            return UTF16.decode(UTF16.EncodedScalar([unit, second]))
        default: return nil
        }
    }

    private mutating func readHexadecimal() -> UInt16? {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else { return nil }
        position += 4
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// The next byte that is no white space.
    private var next: UInt8? {
        mutating get {
            skipSpace()
            return position < bytes.count ? bytes[position] : nil
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, " \t\n\r".utf8.contains(bytes[position]) { position += 1 }
    }
}
