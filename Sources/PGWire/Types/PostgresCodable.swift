/// How a value travels (manual: "Formats and Format Codes").
public enum FormatCode: Int16, Sendable, BitwiseCopyable {
    /// As the type's text representation, in UTF-8.
    case text = 0
    /// As the type's binary representation, in network byte order.
    case binary = 1

    // What is compared for every value is compiled into the module that compares.
    @inlinable public static func == (left: FormatCode, right: FormatCode) -> Bool {
        switch (left, right) {
        case (.text, .text), (.binary, .binary): true
        default: false
        }
    }
}

/// A value that can be a parameter of a statement.
///
/// The types of the standard library and of Foundation that have a counterpart in PostgreSQL conform already.
public protocol PostgresEncodable: Sendable {
    /// The parameter's declared type. ``OID/unspecified`` lets the server infer it from the context, as for a literal in
    /// quotes; the value must then travel as text.
    static var postgresType: OID { get }

    /// The type of an array of such values; ``OID/unspecified`` unless said otherwise.
    static var postgresArrayType: OID { get }

    /// How the value travels; binary unless said otherwise.
    static var postgresFormat: FormatCode { get }

    /// Writes the value in ``postgresFormat``, without its length. Throws ``ValueEncodingError`` when PostgreSQL has no such
    /// value.
    func encode(to writer: inout ByteWriter) throws

    /// Whether this is NULL; then ``encode(to:)`` is not called. False unless said otherwise.
    var isPostgresNull: Bool { get }
}

extension PostgresEncodable {
    /// ``OID/unspecified``.
    @inlinable public static var postgresArrayType: OID { .unspecified }
    /// Binary.
    @inlinable public static var postgresFormat: FormatCode { .binary }
    /// False.
    @inlinable public var isPostgresNull: Bool { false }
}

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// Reads a value that is not NULL.
    ///
    /// - Parameters:
    ///   - bytes: the value as the server sent it.
    ///   - type: the column's type. For an element of an array, the element's type.
    ///   - format: how the value travels. Rows of a statement with parameters are binary, those of a simple query text.
    /// - Throws: ``ValueDecodingError``. The bytes come from a peer: never trap on them.
    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws

    /// What NULL means for this type; throws ``ValueDecodingError/unexpectedNull`` unless said otherwise, as only an
    /// `Optional` has a place for it.
    static func decodeNull() throws -> Self
}

extension PostgresDecodable {
    /// Throws ``ValueDecodingError/unexpectedNull``.
    @inlinable public static func decodeNull() throws -> Self { throw ValueDecodingError.unexpectedNull }
}

/// A value that can be sent and read.
public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

/// Why a column's bytes are no value of the Swift type that was asked for.
public enum ValueDecodingError: Error, Sendable, Equatable {
    /// The column's type has no meaning as the Swift type.
    case typeMismatch
    /// The column is NULL, and the Swift type is not Optional.
    case unexpectedNull
    /// The value lies outside the Swift type's range; the text says which value.
    case outOfRange(String)
    /// The bytes are not in the format of the column's type; the text says what is wrong.
    case malformed(String)
}

/// Why a Swift value cannot be a parameter.
public enum ValueEncodingError: Error, Sendable, Equatable {
    /// The type has no such value; the text says why.
    case invalid(String)
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    @inlinable public static var postgresType: OID { Wrapped.postgresType }
    @inlinable public static var postgresArrayType: OID { Wrapped.postgresArrayType }
    @inlinable public static var postgresFormat: FormatCode { Wrapped.postgresFormat }
    @inlinable public var isPostgresNull: Bool { self?.isPostgresNull ?? true }
    @inlinable public func encode(to writer: inout ByteWriter) throws {
        if let self { try self.encode(to: &writer) }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    @inlinable public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        self = .some(try Wrapped(postgres: bytes, type: type, format: format))
    }
    @inlinable public static func decodeNull() throws -> Wrapped? { nil }
}
