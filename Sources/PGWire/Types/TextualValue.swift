/// A value that is kept as its text, which only the server takes apart. `init(postgres:type:format:)` of such a type is
/// `init(textual:type:format:)`: it stands in the type, as what is generic is slower where it is called from other modules.
///
/// It is usable from inline code, as what it inherits is public and its implementations are called from other modules.
@usableFromInline
protocol TextualValue: Hashable, ExpressibleByStringLiteral, LosslessStringConvertible, PostgresEncodable,
    PostgresDecodable
{
    var text: String { get }
    init(_ text: String)
}

extension TextualValue {
    /// The text.
    public var description: String { text }

    /// The value with this text.
    public init(stringLiteral text: String) { self.init(text) }

    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text, which needs nothing known about the binary format.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte.
    public func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }

    /// Reads a value of the same type; also a `text` for a type of an extension, whose number differs between databases.
    init(textual bytes: RawSpan, type: OID, format: FormatCode) throws {
        let isOfExtension = Self.postgresType == .unspecified
        guard isOfExtension ? type.isUserDefined || type == .text : type == Self.postgresType else {
            throw ValueDecodingError.typeMismatch
        }
        let content = format == .binary ? try Self.text(inBinary: bytes) : bytes
        guard let text = String(validating: content) else {
            throw ValueDecodingError.malformed("\(Self.self) is not UTF-8")
        }
        guard !text.hasZero else { throw ValueDecodingError.malformed("\(Self.self) with a zero byte") }
        self.init(text)
    }

    /// The text in the binary format, which follows a version number for all types but two.
    @_lifetime(copy bytes)
    private static func text(inBinary bytes: RawSpan) throws -> RawSpan {
        switch postgresType {
        case .xml: return bytes  // which can declare an encoding, so that text is asked for
        case .tsquery:  // comes in pieces
            throw ValueDecodingError.malformed("\(Self.self) is read in text format only")
        default:
            guard bytes.byteCount > 0, bytes.byte(at: 0) == 1 else {
                throw ValueDecodingError.malformed("\(Self.self) in binary format begins with its version, 1")
            }
            return bytes.extracting(droppingFirst: 1)
        }
    }
}
