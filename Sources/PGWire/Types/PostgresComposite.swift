/// A Swift type that mirrors a composite type of the database, or the rows of a table (manual: "Composite Types").
///
/// ```swift
/// struct Address: PostgresComposite {
///     var street: String
///     var number: Int?
///
///     var fields: PostgresRecord<String, Int?> { PostgresRecord(street, number) }
///     init(fields record: PostgresRecord<String, Int?>) { (street, number) = record.fields }
/// }
/// ```
/// The fields are those of the type, in its order. Arrays of it work by themselves, and so do composites that have it as a field.
/// It is sent as text without a type, so say the type where the server cannot infer it: `\(address)::address`. To read rows by
/// `as:`, a plain `Decodable` struct is enough, whose properties have the names of the fields.
public protocol PostgresComposite: PostgresEncodable, PostgresDecodable {
    /// A ``PostgresRecord`` of all fields.
    associatedtype Fields: PostgresEncodable & PostgresDecodable

    /// The values of the fields.
    var fields: Fields { get }

    /// The value with these fields. What it throws comes out as why the column cannot be decoded.
    init(fields: Fields) throws
}

extension PostgresComposite {
    /// ``OID/unspecified``: a composite's identifier differs between databases, so the server infers it.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// That of the fields: text.
    public static var postgresFormat: FormatCode { Fields.postgresFormat }
    /// That of the fields: binary when all are asked for in binary format, else text.
    public static var postgresResultFormat: FormatCode {
        // It may have an array of itself as a field.
        let asked = CompositeNesting.typesAsked
        guard !asked.contains(ObjectIdentifier(Self.self)) else { return .binary }
        return CompositeNesting.$typesAsked.withValue(asked + [ObjectIdentifier(Self.self)]) {
            Fields.postgresResultFormat
        }
    }

    /// Writes the fields.
    public func encode(to writer: inout ByteWriter) throws { try fields.encode(to: &writer) }

    /// Reads a composite with as many fields.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(fields: try Fields(postgres: bytes, type: type, format: format))
    }
}

/// Composites within composites.
enum CompositeNesting {
    /// The Swift types whose format is being asked for.
    @TaskLocal static var typesAsked: [ObjectIdentifier] = []
    /// How many large values the value is in that is being read.
    @TaskLocal static var depth = 0

    /// So deep values can be nested; a value from a server could be so to the end of the stack.
    static let maximumDepth = 64
    /// Values that are smaller need not be counted, as not much can be nested in them.
    static let largeSize = 1024

    static var tooDeep: ValueDecodingError { .malformed("composites are nested more than \(maximumDepth) deep") }
}
