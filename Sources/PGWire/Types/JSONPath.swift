/// A path into JSON: `jsonpath` (manual: "JSON Types", "jsonpath Type"), as its text, such as `$."items"[*]`.
public struct JSONPath: Sendable, Hashable, ExpressibleByStringLiteral, LosslessStringConvertible {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The path with this text.
    public init(_ text: String) { self.text = text }

    /// The path with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

extension JSONPath: TextualValue {
    static func reads(_ type: OID) -> Bool { type == .jsonpath }

    static var binaryFormat: TextualBinaryFormat { .versioned(1) }
}

extension JSONPath: PostgresEncodable, PostgresDecodable {
    /// `jsonpath`.
    public static var postgresType: OID { .jsonpath }
    /// `jsonpath[]`.
    public static var postgresArrayType: OID { .jsonpathArray }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text, which is the same after a version number.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads a `jsonpath`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
