// PostgreSQL has no unsigned integers, and none of one byte: these are sent as the smallest type that holds all their values, as
// `Int` is sent as `bigint`. Not as `oid`, which compares with `integer` columns only by a conversion that no index serves; and
// those of 64 bits not as `numeric`, for the same reason.

/// `smallint` (manual: "Integer Types"), the smallest type that holds it.
extension Int8: PostgresEncodable, PostgresDecodable {
    /// `smallint`.
    public static var postgresType: OID { .int2 }
    /// `smallint[]`.
    public static var postgresArrayType: OID { .int2Array }

    /// Writes two bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(Int16(self)) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `smallint` (manual: "Integer Types"), the smallest type that holds it; an array `[UInt8]` is `bytea`, though.
extension UInt8: PostgresEncodable, PostgresDecodable {
    /// `smallint`.
    public static var postgresType: OID { .int2 }
    /// `smallint[]`; `[UInt8]` itself is `bytea`, this is the type of `[UInt8?]`.
    public static var postgresArrayType: OID { .int2Array }

    /// Writes two bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(Int16(self)) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `integer` (manual: "Integer Types"), the smallest type that holds it.
extension UInt16: PostgresEncodable, PostgresDecodable {
    /// `integer`.
    public static var postgresType: OID { .int4 }
    /// `integer[]`.
    public static var postgresArrayType: OID { .int4Array }

    /// Writes four bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(Int32(self)) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `bigint` (manual: "Integer Types"), the smallest type that holds it. For the type `oid` see ``OID``.
extension UInt32: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    public static var postgresType: OID { .int8 }
    /// `bigint[]`.
    public static var postgresArrayType: OID { .int8Array }

    /// Writes eight bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(Int64(self)) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `bigint` (manual: "Integer Types"), or `numeric` by way of ``ExactNumeric`` for values that need it.
extension UInt64: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    public static var postgresType: OID { .int8 }
    /// `bigint[]`.
    public static var postgresArrayType: OID { .int8Array }

    /// Writes eight bytes. Throws ``ValueEncodingError`` for a value beyond `bigint`, 9,223,372,036,854,775,807.
    public func encode(to writer: inout ByteWriter) throws { writer.write(try bigint(self)) }

    /// Reads `smallint`, `integer`, `bigint`, `numeric` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(unsignedColumn: bytes, type: type, format: format)
    }
}

/// `bigint` (manual: "Integer Types"), or `numeric` by way of ``ExactNumeric`` for values that need it.
extension UInt: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    public static var postgresType: OID { .int8 }
    /// `bigint[]`.
    public static var postgresArrayType: OID { .int8Array }

    /// Writes eight bytes. Throws ``ValueEncodingError`` for a value beyond `bigint`, 9,223,372,036,854,775,807.
    public func encode(to writer: inout ByteWriter) throws { writer.write(try bigint(self)) }

    /// Reads `smallint`, `integer`, `bigint`, `numeric` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(unsignedColumn: bytes, type: type, format: format)
    }
}

/// The value as a `bigint`.
private func bigint(_ value: some FixedWidthInteger) throws(ValueEncodingError) -> Int64 {
    guard let exact = Int64(exactly: value) else {
        throw .invalid("\(value) is beyond bigint, which it is sent as; for a numeric column write ExactNumeric(value)")
    }
    return exact
}

extension FixedWidthInteger {
    /// Reads any integer type, or a `numeric`, the type that values beyond `bigint` are kept in.
    fileprivate init(unsignedColumn bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .numeric else {
            try self.init(integerColumn: bytes, type: type, format: format)
            return
        }
        let numeric = try ExactNumeric(postgres: bytes, type: type, format: format)
        guard let value = Self(exactly: numeric) else {
            throw ValueDecodingError.outOfRange("\(numeric) is outside the range of \(Self.self)")
        }
        self = value
    }
}
