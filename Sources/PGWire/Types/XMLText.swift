/// A document or its content: `xml` (manual: "XML Type"), as its text.
public struct XMLText: TextualValue {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The XML with this text.
    public init(_ text: String) { self.text = text }

    /// `xml`.
    public static var postgresType: OID { .xml }
    /// `xml[]`.
    public static var postgresArrayType: OID { .xmlArray }

    /// Reads an `xml`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
