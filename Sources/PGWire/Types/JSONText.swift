#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// JSON as text (manual: "JSON Types"), character for character as it came: large numbers, `1e-7`, order and blanks.
///
/// As a parameter it declares no type, so it becomes `json` or `jsonb` as its place demands and a `json` column keeps
/// the exact text. Where the context leaves the type open, write `$1::jsonb`. For Swift values see ``JSONEncoded``.
public struct JSONText: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The text, which nobody has checked before it gets to the server.
    public var text: String

    /// The JSON with this text.
    public init(_ text: String) { self.text = text }

    /// The JSON with this text.
    public init(stringLiteral text: String) { self.text = text }

    /// A Swift value as JSON. Throws what the encoder throws.
    public init<Value: Encodable>(encoding value: Value, with encoder: JSONEncoder = JSONEncoder()) throws {
        // The encoder writes UTF-8 always.
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The JSON as a Swift value. Throws what the decoder throws.
    public func decode<Value: Decodable>(
        as type: Value.Type = Value.self, with decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }

    /// The text.
    public var description: String { text }
}

extension JSONText: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers `json` or `jsonb`.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the text.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads a `json` or `jsonb`, or JSON that is kept as `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        var type = type
        if type == .text, format == .binary {
            // A binary COPY does not tell its columns' types. No JSON begins with the byte that `jsonb` does.
            type = bytes.integer(at: 0, as: UInt8.self) == 1 ? .jsonb : .json
        }
        guard type == .json || type == .jsonb || type == .text || type.isUserDefined else {
            throw ValueDecodingError.typeMismatch
        }
        text = try String(postgres: bytes, type: type, format: format)
    }
}
