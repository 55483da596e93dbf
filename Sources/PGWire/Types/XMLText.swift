/// A document or its content: `xml` (manual: "XML Type"), as its text.
public struct XMLText: Sendable, Hashable, ExpressibleByStringLiteral, LosslessStringConvertible {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The XML with this text.
    public init(_ text: String) { self.text = text }

    /// The XML with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

extension XMLText: TextualValue {
    static func reads(_ type: OID) -> Bool { type == .xml }

    static var binaryFormat: TextualBinaryFormat { .text }
}

extension XMLText: PostgresEncodable, PostgresDecodable {
    /// `xml`.
    public static var postgresType: OID { .xml }
    /// `xml[]`.
    public static var postgresArrayType: OID { .xmlArray }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text: in binary format an encoding can be declared in it.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads an `xml`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
