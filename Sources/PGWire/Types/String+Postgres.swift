/// `text` (manual: "Character Types"), and any type in text format.
///
/// As a parameter a string declares no type, so the server infers it as it does for a literal in quotes: the same
/// value works for `text`, an enum, `uuid` or `date`. Where the context leaves the type open, as in `SELECT $1`, it is
/// `text`.
extension String: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type.
    @inlinable public static var postgresType: OID { .unspecified }
    /// `text[]`.
    @inlinable public static var postgresArrayType: OID { .textArray }
    /// Text.
    @inlinable public static var postgresFormat: FormatCode { .text }
    /// Text, which every type has.
    @inlinable public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text in UTF-8. Throws ``ValueEncodingError`` for a zero byte, which no text in PostgreSQL can hold.
    @inlinable
    public func encode(to writer: inout ByteWriter) throws {
        let start = writer.count
        writer.write(utf8: self)
        if writer.hasZero(from: start) { throw Self.zeroByte }
    }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) throws {
        if try !values.write(self) { throw Self.zeroByte }
    }

    @usableFromInline static var zeroByte: ValueEncodingError { .invalid("text with a zero byte (U+0000)") }

    /// Reads any type in text format. In binary format it reads the types of the standard library's and Foundation's
    /// values, and arrays of them: the result is the text that the server would print, `2.50` for a `numeric`.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .text || type == .varchar, let text = String(validating: bytes) {
            self = text
        } else {
            try self.init(slowly: bytes, type: type, format: format)
        }
    }

    @usableFromInline
    init(slowly bytes: RawSpan, type: OID, format: FormatCode) throws {
        if format == .binary, !type.isText {
            try self.init(printing: bytes, type: type)
        } else {
            try self.init(utf8: format == .text ? bytes : textContent(bytes, type: type))
        }
    }

    /// The text that these bytes are.
    init(utf8 bytes: RawSpan) throws {
        guard let text = String(validating: bytes) else { throw ValueDecodingError.malformed("text is not UTF-8") }
        self = text
    }
}

extension OID {
    /// Whether the binary format of the type is its text, or contains it.
    fileprivate var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .unknown, .json, .jsonb, .char: true
        default: false
        }
    }
}

/// The same as `String`, for parameters.
extension Substring: PostgresEncodable {
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresType: OID { .unspecified }
    /// `text[]`.
    public static var postgresArrayType: OID { .textArray }
    /// Text.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the text in UTF-8. Throws ``ValueEncodingError`` for a zero byte, which no text in PostgreSQL can hold.
    public func encode(to writer: inout ByteWriter) throws { try String(self).encode(to: &writer) }
}

/// The text within a value in binary format of such a type.
@_lifetime(copy bytes)
private func textContent(_ bytes: RawSpan, type: OID) throws -> RawSpan {
    switch type {
    case .jsonb: return try jsonbContent(bytes)
    case .char:
        // The empty `"char"` is a zero byte in binary and no byte in text.
        try bytes.require(1, for: "\"char\"")
        return bytes.byte(at: 0) == 0 ? bytes.extracting(first: 0) : bytes
    default: return bytes
    }
}

/// The text of a `jsonb` in binary format, which follows the version number 1 (`jsonb_send`).
@_lifetime(copy bytes)
func jsonbContent(_ bytes: RawSpan) throws -> RawSpan {
    guard bytes.byteCount > 0 else { throw ValueDecodingError.malformed("jsonb needs a version byte, none came") }
    let version = bytes.byte(at: 0)
    guard version == 1 else { throw ValueDecodingError.malformed("jsonb version \(version) is not known, only 1") }
    return bytes.extracting(droppingFirst: 1)
}
