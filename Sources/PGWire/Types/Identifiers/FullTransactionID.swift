/// The identifier of a transaction, which is never used again: `xid8` (manual: "Object Identifier Types").
public struct FullTransactionID: Sendable, Hashable, Comparable, RawRepresentable, LosslessStringConvertible {
    /// The number.
    public var rawValue: UInt64

    /// The transaction with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Whether the left transaction is the earlier one.
    public static func < (left: FullTransactionID, right: FullTransactionID) -> Bool { left.rawValue < right.rawValue }

    /// The number in decimal.
    public var description: String { "\(rawValue)" }

    /// Parses a decimal number; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension FullTransactionID: FormattedValue {
    static var typeName: String { "xid8" }

    static func reads(_ type: OID) -> Bool { type == .xid8 }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let value = cursor.integer(UInt64.self), cursor.isAtEnd else { return nil }
        rawValue = value
    }

    init(binary reader: inout ByteReader) throws { rawValue = try reader.read(UInt64.self) }
}

extension FullTransactionID: PostgresEncodable, PostgresDecodable {
    /// `xid8`.
    public static var postgresType: OID { .xid8 }
    /// `xid8[]`.
    public static var postgresArrayType: OID { .xid8Array }

    /// Writes eight bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads an `xid8`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
