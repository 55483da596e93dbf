/// A path of labels in a tree: `ltree` of the extension of that name, as its text, such as `Top.Science.Astronomy`.
public struct LTree: TextualValue {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The path with this text.
    public init(_ text: String) { self.text = text }

    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }

    /// Reads an `ltree`, or a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}

/// A pattern for paths: `lquery` of the extension ltree, as its text, such as `Top.*{1,2}.Astronomy`.
public struct LQuery: TextualValue {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The pattern with this text.
    public init(_ text: String) { self.text = text }

    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }

    /// Reads an `lquery`, or a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}

/// A search for labels: `ltxtquery` of the extension ltree, as its text, such as `Europe & Russia*@`.
public struct LTxtQuery: TextualValue {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The search with this text.
    public init(_ text: String) { self.text = text }

    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }

    /// Reads an `ltxtquery`, or a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
