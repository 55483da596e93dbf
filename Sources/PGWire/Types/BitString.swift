/// A string of bits: `bit(n)` and `bit varying` (manual: "Bit String Types").
public struct BitString: Sendable, Hashable, LosslessStringConvertible {
    /// How many bits there are.
    public let count: Int
    /// The bits, eight in a byte, the first one highest. The bits that fill the last byte are zero.
    public let bytes: [UInt8]

    /// The first `count` bits of `bytes`; nil when there are not so many.
    public init?(bytes: [UInt8], count: Int) {
        guard count >= 0, count <= bytes.count * 8 else { return nil }
        self.count = count
        var bytes = Array(bytes.prefix((count + 7) / 8))
        if let last = bytes.popLast() { bytes.append(last & ~(0xFF >> UInt8((count - 1) % 8 + 1))) }
        self.bytes = bytes
    }

    /// The bits of `bits`, true for 1.
    public init(_ bits: some Sequence<Bool>) {
        var bytes: [UInt8] = []
        var count = 0
        for bit in bits {
            if count.isMultiple(of: 8) { bytes.append(0) }
            if bit { bytes[bytes.count - 1] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
        self.bytes = bytes
        self.count = count
    }

    /// The bit at `index`, counted from 0 as by `get_bit`; an index out of bounds is an error of the program's, as with an
    /// array.
    public subscript(index: Int) -> Bool { bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0 }

    /// The bits as the server writes them: `0110`.
    public var description: String {
        String(decoding: (0..<count).map { UInt8(ascii: self[$0] ? "1" : "0") }, as: UTF8.self)
    }

    /// Parses zeros and ones; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension BitString: FormattedValue {
    static var typeName: String { "bit string" }

    static func reads(_ type: OID) -> Bool { type == .varbit || type == .bit }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        var bits: [Bool] = []
        bits.reserveCapacity(text.byteCount)
        while let byte = cursor.take() {
            guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return nil }
            bits.append(byte == UInt8(ascii: "1"))
        }
        self.init(bits)
    }

    init(binary reader: inout ByteReader) throws {
        let count = Int(try reader.read(Int32.self))
        let bytes = reader.readRemainingBytes()
        guard count >= 0, bytes.count == (count + 7) / 8, let value = BitString(bytes: bytes, count: count) else {
            throw ValueDecodingError.malformed("\(count) bits in \(bytes.count) bytes")
        }
        self = value
    }
}

extension BitString: PostgresEncodable, PostgresDecodable {
    /// `bit varying`, which the server also takes for a `bit` of the same length.
    public static var postgresType: OID { .varbit }
    /// `bit varying[]`.
    public static var postgresArrayType: OID { .varbitArray }

    /// Writes the number of bits, and the bytes. Throws ``ValueEncodingError`` when the number takes more than 31 bits.
    public func encode(to writer: inout ByteWriter) throws {
        guard let count = Int32(exactly: count) else { throw ValueEncodingError.invalid("\(count) bits") }
        writer.write(count)
        writer.write(bytes)
    }

    /// Reads a `bit` or a `bit varying`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
