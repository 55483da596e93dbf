/// Numbers of half precision: `halfvec` of the extension pgvector. The server takes 1 to 16,000 finite ones.
public struct HalfVector: Sendable, Hashable, ExpressibleByArrayLiteral, LosslessStringConvertible {
    /// The numbers.
    public let elements: [Float]

    /// The vector of these numbers, each rounded to the nearest of half precision, halves to even; an infinity from 65,520 on.
    public init(_ elements: [Float]) { self.elements = elements.map { HalfPrecision.float(HalfPrecision.bits($0)) } }

    /// The vector of these numbers, each rounded to the nearest of half precision.
    public init(arrayLiteral elements: Float...) { self.init(elements) }

    /// The text as the server writes it: `[1,2.5,-3]`.
    public var description: String { text }

    /// Parses numbers in brackets; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension HalfVector: DenseVector {
    static var typeName: String { "halfvec" }

    static var elementSize: Int { 2 }

    static func readElement(_ reader: inout ByteReader) throws -> Float {
        HalfPrecision.float(try reader.read(UInt16.self))
    }
}

extension HalfVector: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// Text, as the type is not known.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the text.
    public func encode(to writer: inout ByteWriter) { writer.write(utf8: description) }

    /// Reads a `halfvec`, or its text from a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}

/// The sixteen bits of a number of half precision (IEEE 754 binary16). Swift's `Float16` is not there on every system.
enum HalfPrecision {
    static func float(_ bits: UInt16) -> Float {
        let sign: Float = bits >> 15 == 0 ? 1 : -1
        let fraction = Float(bits & 0x3FF)
        switch Int(bits >> 10 & 0x1F) {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        case let exponent: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
        }
    }

    static func bits(_ value: Float) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        guard !value.isNaN else { return 0x7E00 }
        guard value.magnitude < 65_520 else { return sign | 0x7C00 }
        // In units of the last bit; below 2^-14 that is 2^-24.
        let exponent = value.isZero ? -14 : max(Int(value.exponent), -14)
        let units = (value.magnitude * Float(sign: .plus, exponent: 10 - exponent, significand: 1))
            .rounded(.toNearestOrEven)
        // The hidden bit carries into the exponent, and so does what was rounded up to the next power of two.
        return sign | UInt16((exponent + 14) << 10) + UInt16(units)
    }
}
