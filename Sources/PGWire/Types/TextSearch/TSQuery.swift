/// A query for text search: `tsquery` (manual: "Text Search Types"), as its text, such as `'fox' & 'dog':*A`.
public struct TSQuery: Sendable, Hashable, ExpressibleByStringLiteral, LosslessStringConvertible {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The query with this text.
    public init(_ text: String) { self.text = text }

    /// The query with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

extension TSQuery: TextualValue {
    static func reads(_ type: OID) -> Bool { type == .tsquery }

    static var binaryFormat: TextualBinaryFormat { .other }
}

extension TSQuery: PostgresEncodable, PostgresDecodable {
    /// `tsquery`.
    public static var postgresType: OID { .tsquery }
    /// `tsquery[]`.
    public static var postgresArrayType: OID { .tsqueryArray }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text: in binary format it comes in pieces.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads a `tsquery`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
