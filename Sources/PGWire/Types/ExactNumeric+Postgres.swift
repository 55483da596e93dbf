extension ExactNumeric: PostgresEncodable, PostgresDecodable {
    /// `numeric`.
    public static var postgresType: OID { .numeric }
    /// `numeric[]`.
    public static var postgresArrayType: OID { .numericArray }

    /// Writes counts, sign and digits (`numeric_send`). Throws ``ValueEncodingError`` for a number of too many digits.
    public func encode(to writer: inout ByteWriter) throws {
        guard let count = Int16(exactly: digits.count), let weight = Int16(exactly: weight), scale <= Self.maximumScale
        else { throw ValueEncodingError.invalid("a numeric of too many digits") }
        writer.write(count)
        writer.write(weight)
        switch kind {
        case .positive: writer.write(0x0000 as UInt16)
        case .negative: writer.write(0x4000 as UInt16)
        case .nan: writer.write(0xC000 as UInt16)
        case .infinity: writer.write(0xD000 as UInt16)
        case .negativeInfinity: writer.write(0xF000 as UInt16)
        }
        writer.write(UInt16(scale))
        for digit in digits { writer.write(digit) }
    }

    /// Reads a `numeric`, or an integer, which it holds exactly.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        switch (type, format) {
        case (.numeric, .binary):
            self = try Self.decodeBinary(bytes)
        case (.numeric, .text):
            guard let value = ExactNumeric(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, asNo: "numeric")
            }
            self = value
        case (.int2, _), (.int4, _), (.int8, _):
            self.init(try Int64(postgres: bytes, type: type, format: format))
        default:
            throw ValueDecodingError.typeMismatch
        }
    }

    private static func decodeBinary(_ bytes: RawSpan) throws -> ExactNumeric {
        guard bytes.byteCount >= 8 else {
            throw ValueDecodingError.malformed("numeric needs 8 bytes or more, \(bytes.byteCount) came")
        }
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(UInt16.self))
        let weight = Int(try reader.read(Int16.self))
        let sign = try reader.read(UInt16.self)
        let scale = Int(try reader.read(UInt16.self))
        guard reader.remaining == count * 2 else {
            throw ValueDecodingError.malformed("numeric has \(reader.remaining) bytes for \(count) digits")
        }
        switch sign {
        case 0x0000, 0x4000: break
        case 0xC000: return .nan
        case 0xD000: return .infinity
        case 0xF000: return .negativeInfinity
        default: throw ValueDecodingError.malformed("numeric has the sign \(sign)")
        }
        guard scale <= maximumScale else { throw ValueDecodingError.malformed("numeric has the scale \(scale)") }
        var digits: [Int16] = []
        digits.reserveCapacity(count)
        for _ in 0..<count {
            let digit = try reader.read(Int16.self)
            guard digit >= 0, digit < 10000 else {
                throw ValueDecodingError.malformed("numeric has the digit \(digit)")
            }
            digits.append(digit)
        }
        return ExactNumeric(isNegative: sign == 0x4000, digits: digits, weight: weight, scale: scale)
    }
}
