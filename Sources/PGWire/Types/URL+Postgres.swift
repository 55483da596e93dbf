#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Text that is a URL.
extension URL: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, as for a `String`.
    public static var postgresType: OID { .unspecified }
    /// `text[]`.
    public static var postgresArrayType: OID { .textArray }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the absolute form.
    public func encode(to writer: inout ByteWriter) throws { try absoluteString.encode(to: &writer) }

    /// Reads text; what is no URL is ``ValueDecodingError/malformed(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard let url = URL(string: try String(postgres: bytes, type: type, format: format)) else {
            throw ValueDecodingError.malformed("the text is no URL")
        }
        self = url
    }
}
