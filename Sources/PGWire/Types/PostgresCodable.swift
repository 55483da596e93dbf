/// The format of a value on the wire (manual: "Formats and Format Codes").
public enum FormatCode: Int16, Sendable, BitwiseCopyable {
    /// The text representation, in UTF-8.
    case text = 0
    /// The binary representation, in network byte order.
    case binary = 1

    // Inlinable, as it is compared for every value.
    /// Whether both are the same.
    @inlinable public static func == (left: FormatCode, right: FormatCode) -> Bool {
        switch (left, right) {
        case (.text, .text), (.binary, .binary): true
        default: false
        }
    }
}

/// A value that can be a parameter of a statement.
///
/// Types of the standard library and of Foundation with a counterpart in PostgreSQL conform.
public protocol PostgresEncodable: Sendable {
    /// The declared type of the parameter. With ``OID/unspecified`` the server infers it from the context, as for a
    /// quoted literal; then the format must be text.
    static var postgresType: OID { get }

    /// The type of an array of such values. Default: ``OID/unspecified``, with which the server has to infer that type, as in
    /// `= ANY(\(array))`.
    static var postgresArrayType: OID { get }

    /// The format of the encoded value. Default: binary; say text where ``postgresType`` is ``OID/unspecified``.
    static var postgresFormat: FormatCode { get }

    /// Writes the value in ``postgresFormat``, without its length. Throws ``ValueEncodingError`` when PostgreSQL
    /// cannot express the value.
    func encode(to writer: inout ByteWriter) throws

    /// Whether the value is NULL; then ``encode(to:)`` is not called. Default: false.
    var isPostgresNull: Bool { get }

    // Underscored, as it is for the types of this module alone: they write length and value at once.
    /// Writes the length and the value; NULL when it is. Default: by the two above.
    func _write(to values: inout ValueWriter) throws
}

extension PostgresEncodable {
    /// ``OID/unspecified``.
    @inlinable public static var postgresArrayType: OID { .unspecified }
    /// Binary.
    @inlinable public static var postgresFormat: FormatCode { .binary }
    /// False.
    @inlinable public var isPostgresNull: Bool { false }
    /// Writes the length and what ``encode(to:)`` writes, or NULL.
    @inlinable public func _write(to values: inout ValueWriter) throws {
        if isPostgresNull { return values.writeNull() }
        try values.write { try encode(to: &$0) }
    }
}

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// The format that a column is asked for in when the statement says that it is read as this type, as in
    /// `as: (Int64, String).self`. Default: binary. Take text for a type that every column of PostgreSQL can be read as,
    /// and for one whose binary format differs between servers or is not documented.
    static var postgresResultFormat: FormatCode { get }

    /// Reads a value that is not NULL.
    ///
    /// - Parameters:
    ///   - bytes: the value, as sent by the server.
    ///   - type: the type of the column, or of the array's elements. Throw ``ValueDecodingError/typeMismatch`` for one that is
    ///     not yours, and refuse bytes that are left over.
    ///   - format: the format of the bytes. Support both: rows of a simple query are always text.
    /// - Throws: ``ValueDecodingError``. The bytes come from a peer, so they must never cause a trap.
    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws

    /// The value for NULL. The default implementation throws ``ValueDecodingError/unexpectedNull``, as only an
    /// `Optional` can express it.
    static func decodeNull() throws -> Self
}

extension PostgresDecodable {
    /// Binary.
    @inlinable public static var postgresResultFormat: FormatCode { .binary }
    /// Throws ``ValueDecodingError/unexpectedNull``.
    @inlinable public static func decodeNull() throws -> Self { throw ValueDecodingError.unexpectedNull }
}

/// A type that can be both a parameter and a column.
public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

/// Why a value cannot be decoded; thrown by ``PostgresDecodable/init(postgres:type:format:)``. Callers of queries get
/// it as ``PostgresError/decoding(_:)``, with the column.
public enum ValueDecodingError: Error, Sendable, Equatable {
    /// The column's type cannot be decoded as the Swift type.
    case typeMismatch
    /// The column is NULL, and the Swift type is not Optional.
    case unexpectedNull
    /// The value is out of the Swift type's range; the text says which value.
    case outOfRange(String)
    /// The bytes are invalid for the column's type; the text says what is wrong.
    case malformed(String)
}

extension ValueDecodingError {
    /// The value is binary, and its text depends on settings of the session.
    @usableFromInline static var unknownStyle: ValueDecodingError {
        .malformed(
            "how it is printed depends on DateStyle and TimeZone of the session: say beforehand that it is read as "
                + "text (as: String.self), or cast it to text in SQL")
    }
}

/// Why a value cannot be encoded; thrown by ``PostgresEncodable/encode(to:)``. Callers of queries get it as
/// ``PostgresError/encoding(_:)``, with the parameter.
public enum ValueEncodingError: Error, Sendable, Equatable {
    /// PostgreSQL's type cannot express the value; the text says why.
    case invalid(String)

    /// Why a value could not be written, in words.
    static func reason(_ error: any Error) -> String {
        switch error {
        case ValueEncodingError.invalid(let text): text
        case let error as ByteWriter.LengthOverflowError: "its \(error.length) bytes are too many for the protocol"
        default: "\(error)"
        }
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The type of the wrapped type.
    @inlinable public static var postgresType: OID { Wrapped.postgresType }
    /// The array type of the wrapped type.
    @inlinable public static var postgresArrayType: OID { Wrapped.postgresArrayType }
    /// The format of the wrapped type.
    @inlinable public static var postgresFormat: FormatCode { Wrapped.postgresFormat }
    /// True for nil.
    @inlinable public var isPostgresNull: Bool { self?.isPostgresNull ?? true }
    /// Writes the wrapped value.
    @inlinable public func encode(to writer: inout ByteWriter) throws {
        if let self { try self.encode(to: &writer) }
    }
    /// Writes the wrapped value, or NULL.
    @inlinable public func _write(to values: inout ValueWriter) throws {
        if let self { try self._write(to: &values) } else { values.writeNull() }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// The format of the wrapped type.
    @inlinable public static var postgresResultFormat: FormatCode { Wrapped.postgresResultFormat }
    /// Reads a wrapped value.
    @inlinable public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        self = .some(try Wrapped(postgres: bytes, type: type, format: format))
    }
    /// Nil.
    @inlinable public static func decodeNull() throws -> Wrapped? { nil }
}
