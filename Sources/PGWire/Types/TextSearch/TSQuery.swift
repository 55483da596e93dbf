/// A query for text search: `tsquery` (manual: "Text Search Types"), as its text, such as `'fox' & 'dog':*A`.
public struct TSQuery: TextualValue {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The query with this text.
    public init(_ text: String) { self.text = text }

    /// `tsquery`.
    public static var postgresType: OID { .tsquery }
    /// `tsquery[]`.
    public static var postgresArrayType: OID { .tsqueryArray }

    /// Reads a `tsquery`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
