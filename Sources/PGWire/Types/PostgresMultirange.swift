/// Ranges that do not overlap, in order (manual: "Range Types").
///
/// The server puts what was sent in order and joins what overlaps or, for whole numbers and dates, touches. For the types see
/// ``PostgresRange``.
public struct PostgresMultirange<Bound: Sendable>: Sendable, ExpressibleByArrayLiteral {
    /// The ranges.
    public var ranges: [PostgresRange<Bound>]

    /// The multirange of these ranges; of none it has no value.
    public init(_ ranges: [PostgresRange<Bound>]) { self.ranges = ranges }

    /// The multirange of these ranges.
    public init(arrayLiteral ranges: PostgresRange<Bound>...) { self.ranges = ranges }
}

extension PostgresMultirange: Equatable where Bound: Equatable {}
extension PostgresMultirange: Hashable where Bound: Hashable {}

extension PostgresMultirange: CustomStringConvertible where Bound: PostgresEncodable {
    /// The text as the server prints it: `{[1,3),[5,8)}`.
    public var description: String { text(of: self) }
}

extension PostgresMultirange: PostgresEncodable, TextEncodable where Bound: PostgresEncodable {
    /// The built-in multirange over the bounds' type; unspecified where there is none.
    public static var postgresType: OID { Bound.postgresType.ranges?.multirange ?? .unspecified }
    /// The type of an array of them.
    public static var postgresArrayType: OID { Bound.postgresType.ranges?.multirangeArray ?? .unspecified }
    /// The format of its ranges.
    public static var postgresFormat: FormatCode { PostgresRange<Bound>.postgresFormat }

    /// Writes the ranges. Throws what the bounds throw.
    public func encode(to writer: inout ByteWriter) throws {
        guard Self.postgresFormat == .binary else { return try encodeText(to: &writer) }
        guard let count = Int32(exactly: ranges.count) else {
            throw ValueEncodingError.invalid("a multirange of \(ranges.count) ranges")
        }
        writer.write(count)
        for range in ranges { try writeSized(range, to: &writer) }
    }

    func encodeText(to writer: inout ByteWriter) throws {
        writer.write(UInt8(ascii: "{"))
        for (index, range) in ranges.enumerated() {
            if index > 0 { writer.write(UInt8(ascii: ",")) }
            try range.encodeText(to: &writer)
        }
        writer.write(UInt8(ascii: "}"))
    }
}

extension PostgresMultirange: PostgresDecodable where Bound: PostgresDecodable {
    /// The format of its ranges.
    public static var postgresResultFormat: FormatCode { PostgresRange<Bound>.postgresResultFormat }

    /// Reads a multirange; for one of a type of your own see ``PostgresRange``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard let bound = type.multirangeBound ?? (type.isUserDefined ? type : nil) else {
            throw ValueDecodingError.typeMismatch
        }
        let rangeType = bound.ranges?.range ?? bound
        switch format {
        case .binary:
            do {
                ranges = try Self.decodeBinary(bytes, rangeType)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed("multirange \(overrun.reason)")
            }
        case .text: ranges = try Self.decodeText(bytes, baseType(bound, of: Bound.self))
        }
    }

    private static func decodeBinary(_ bytes: RawSpan, _ type: OID) throws -> [PostgresRange<Bound>] {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(Int32.self))
        // Each range takes at least its length and its flags, so the received bytes limit the allocation.
        guard count >= 0, count <= reader.remaining / 5 else {
            throw ValueDecodingError.malformed("multirange of \(count) ranges in \(reader.remaining) bytes")
        }
        var ranges: [PostgresRange<Bound>] = []
        ranges.reserveCapacity(count)
        for _ in 0..<count {
            let length = try reader.read(Int32.self)
            ranges.append(
                try PostgresRange(postgres: try reader.readSpan(Int(length)), type: type, format: .binary))
        }
        guard reader.isAtEnd else {
            throw ValueDecodingError.malformed("bytes follow the last range of the multirange")
        }
        return ranges
    }

    private static func decodeText(_ bytes: RawSpan, _ boundType: OID) throws -> [PostgresRange<Bound>] {
        var fields = QuotedFields(range: bytes)
        var ranges: [PostgresRange<Bound>] = []
        guard fields.take("{") else { throw ValueDecodingError.malformed("multirange does not start with a brace") }
        while !fields.take("}") {
            guard ranges.isEmpty || fields.take(",") else {
                throw ValueDecodingError.malformed(
                    "multirange has neither comma nor brace at character \(fields.position)")
            }
            ranges.append(try PostgresRange(&fields, boundType))
        }
        guard fields.isAtEnd else { throw ValueDecodingError.malformed("text follows the multirange's closing brace") }
        return ranges
    }
}
