/// A Swift enum that mirrors an enum type of the database (manual: "Enumerated Types"); its raw values are the labels.
///
/// ```swift
/// enum Mood: String, PostgresEnum { case sad, ok, happy }
/// ```
///
/// It also reads columns of text types, for enums that are kept as text.
public protocol PostgresEnum: PostgresEncodable, PostgresDecodable, RawRepresentable where RawValue == String {}

extension PostgresEnum {
    /// ``OID/unspecified``: an enum's identifier differs between databases, so the server infers it.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the label.
    public func encode(to writer: inout ByteWriter) throws { try rawValue.encode(to: &writer) }

    /// Reads the label of an enum or of a text type. A label that the Swift enum does not have is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        switch type {
        case .text, .varchar, .bpchar, .name, .char, .unknown: break
        default: guard type.isUserDefined else { throw ValueDecodingError.typeMismatch }
        }
        // In binary, too, an enum is sent as its label.
        let label = try type.isUserDefined ? String(utf8: bytes) : String(postgres: bytes, type: type, format: format)
        guard let value = Self(rawValue: label) else {
            throw ValueDecodingError.outOfRange("\"\(label)\" is not a case of \(Self.self)")
        }
        self = value
    }
}
