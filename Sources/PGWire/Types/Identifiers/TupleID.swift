/// The place of a row within its table: `tid` (manual: "Object Identifier Types"), as in the system column `ctid`.
public struct TupleID: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The number of the block, counted from 0.
    public var block: UInt32
    /// The number of the row within the block, counted from 1.
    public var offset: UInt16

    /// The place in this block.
    public init(block: UInt32, offset: UInt16) {
        self.block = block
        self.offset = offset
    }

    /// Whether the left place comes first.
    public static func < (left: TupleID, right: TupleID) -> Bool {
        (left.block, left.offset) < (right.block, right.offset)
    }

    /// The text as the server writes it: `(0,1)`.
    public var description: String { "(\(block),\(offset))" }

    /// Parses two numbers in parentheses; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension TupleID: FormattedValue {
    static var typeName: String { "tid" }

    static func reads(_ type: OID) -> Bool { type == .tid }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard cursor.take("("), let block = cursor.integer(UInt32.self), cursor.take(","),
            let offset = cursor.integer(UInt16.self), cursor.take(")"), cursor.isAtEnd
        else { return nil }
        self.init(block: block, offset: offset)
    }

    init(binary reader: inout ByteReader) throws {
        block = try reader.read(UInt32.self)
        offset = try reader.read(UInt16.self)
    }
}

extension TupleID: PostgresEncodable, PostgresDecodable {
    /// `tid`.
    public static var postgresType: OID { .tid }
    /// `tid[]`.
    public static var postgresArrayType: OID { .tidArray }

    /// Writes six bytes.
    public func encode(to writer: inout ByteWriter) {
        writer.write(block)
        writer.write(offset)
    }

    /// Reads a `tid`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
