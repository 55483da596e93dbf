// A type with a raw value, such as an enum over integers or an identifier of its own type, is its raw value to PostgreSQL:
//
//     enum Level: Int16, PostgresEncodable, PostgresDecodable { case low = 1, high }
//     struct PlayerID: RawRepresentable, PostgresEncodable, PostgresDecodable { var rawValue: Int64 }

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// The type of the raw value.
    @inlinable public static var postgresType: OID { RawValue.postgresType }
    /// The array type of the raw value.
    @inlinable public static var postgresArrayType: OID { RawValue.postgresArrayType }
    /// The format of the raw value.
    @inlinable public static var postgresFormat: FormatCode { RawValue.postgresFormat }
    /// Whether the raw value is NULL.
    @inlinable public var isPostgresNull: Bool { rawValue.isPostgresNull }
    /// Writes the raw value.
    @inlinable public func encode(to writer: inout ByteWriter) throws { try rawValue.encode(to: &writer) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// The format that the raw value is asked for in.
    @inlinable public static var postgresResultFormat: FormatCode { RawValue.postgresResultFormat }

    /// Reads the raw value; one that the type does not have is ``ValueDecodingError/outOfRange(_:)``.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        let raw = try RawValue(postgres: bytes, type: type, format: format)
        guard let value = Self(rawValue: raw) else {
            throw ValueDecodingError.outOfRange("\(raw) is not a raw value of \(Self.self)")
        }
        self = value
    }
}
