/// A path of labels in a tree: `ltree` of the extension of that name, as its text, such as `Top.Science.Astronomy`.
public struct LTree: Sendable, Hashable, ExpressibleByStringLiteral, LosslessStringConvertible {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The path with this text.
    public init(_ text: String) { self.text = text }

    /// The path with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

extension LTree: TextualValue {
    static func reads(_ type: OID) -> Bool { type.isUserDefined || type == .text }

    static var binaryFormat: TextualBinaryFormat { .versioned(1) }
}

extension LTree: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text, which is the same after a version number.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads an `ltree`, or a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}

/// A pattern for paths: `lquery` of the extension ltree, as its text, such as `Top.*{1,2}.Astronomy`.
public struct LQuery: Sendable, Hashable, ExpressibleByStringLiteral, LosslessStringConvertible {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The pattern with this text.
    public init(_ text: String) { self.text = text }

    /// The pattern with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

extension LQuery: TextualValue {
    static func reads(_ type: OID) -> Bool { type.isUserDefined || type == .text }

    static var binaryFormat: TextualBinaryFormat { .versioned(1) }
}

extension LQuery: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text, which is the same after a version number.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads an `lquery`, or a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}

/// A search for labels: `ltxtquery` of the extension ltree, as its text, such as `Europe & Russia*@`.
public struct LTxtQuery: Sendable, Hashable, ExpressibleByStringLiteral, LosslessStringConvertible {
    /// The text. It is not validated before it is sent.
    public var text: String

    /// The search with this text.
    public init(_ text: String) { self.text = text }

    /// The search with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

extension LTxtQuery: TextualValue {
    static func reads(_ type: OID) -> Bool { type.isUserDefined || type == .text }

    static var binaryFormat: TextualBinaryFormat { .versioned(1) }
}

extension LTxtQuery: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text, which is the same after a version number.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads an `ltxtquery`, or a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(textual: bytes, type: type, format: format)
    }
}
