/// The identifier of a transaction: `xid` (manual: "Object Identifier Types"), as in the system column `xmin`.
///
/// The numbers are used again after four billion transactions, so they have no order; ``FullTransactionID`` has.
public struct TransactionID: Sendable, Hashable, RawRepresentable, LosslessStringConvertible {
    /// The number.
    public var rawValue: UInt32

    /// The transaction with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The number in decimal.
    public var description: String { "\(rawValue)" }

    /// Parses a decimal number; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension TransactionID: FormattedValue {
    static var typeName: String { "xid" }

    static func reads(_ type: OID) -> Bool { type == .xid }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let value = cursor.integer(UInt32.self), cursor.isAtEnd else { return nil }
        rawValue = value
    }

    init(binary reader: inout ByteReader) throws { rawValue = try reader.read(UInt32.self) }
}

extension TransactionID: PostgresEncodable, PostgresDecodable {
    /// `xid`.
    public static var postgresType: OID { .xid }
    /// `xid[]`.
    public static var postgresArrayType: OID { .xidArray }

    /// Writes four bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads an `xid`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
