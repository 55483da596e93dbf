/// A path into JSON: `jsonpath` (manual: "JSON Types", "jsonpath Type"), as its text, such as `$."items"[*]`.
public struct JSONPath: TextualValue {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The path with this text.
    public init(_ text: String) { self.text = text }

    /// `jsonpath`.
    public static var postgresType: OID { .jsonpath }
    /// `jsonpath[]`.
    public static var postgresArrayType: OID { .jsonpathArray }

    /// Reads a `jsonpath`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
