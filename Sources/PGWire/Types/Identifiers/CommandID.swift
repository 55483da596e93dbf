/// The identifier of a command within its transaction: `cid` (manual: "Object Identifier Types"), as in `cmin`.
public struct CommandID: Sendable, Hashable, RawRepresentable, LosslessStringConvertible {
    /// The number.
    public var rawValue: UInt32

    /// The command with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The number in decimal.
    public var description: String { "\(rawValue)" }

    /// Parses a decimal number; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension CommandID: FormattedValue {
    static var typeName: String { "cid" }

    static func reads(_ type: OID) -> Bool { type == .cid }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let value = cursor.integer(UInt32.self), cursor.isAtEnd else { return nil }
        rawValue = value
    }

    init(binary reader: inout ByteReader) throws { rawValue = try reader.read(UInt32.self) }
}

extension CommandID: PostgresEncodable, PostgresDecodable {
    /// `cid`.
    public static var postgresType: OID { .cid }
    /// `cid[]`.
    public static var postgresArrayType: OID { .cidArray }

    /// Writes four bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads a `cid`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
