/// `boolean` (manual: "Boolean Type").
extension Bool: PostgresEncodable, PostgresDecodable {
    /// `boolean`.
    @inlinable public static var postgresType: OID { .bool }
    /// `boolean[]`.
    @inlinable public static var postgresArrayType: OID { .boolArray }

    /// Writes one byte, 0 or 1.
    @inlinable
    public func encode(to writer: inout ByteWriter) {
        writer.write(self ? 1 : 0 as UInt8)
    }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(self ? 1 : 0 as UInt8) }

    /// Reads a `boolean`.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .bool, format == .binary, bytes.byteCount == 1, let byte = bytes.integer(at: 0, as: UInt8.self),
            byte < 2
        {
            self = byte == 1
        } else {
            try self.init(slowly: bytes, type: type, format: format)
        }
    }

    @usableFromInline
    init(slowly bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .bool else { throw ValueDecodingError.typeMismatch }
        try bytes.require(1, for: "bool")
        switch (format, bytes.byte(at: 0)) {
        case (.binary, 0), (.text, UInt8(ascii: "f")): self = false
        case (.binary, 1), (.text, UInt8(ascii: "t")): self = true
        case (.binary, let byte): throw ValueDecodingError.malformed("bool is 0 or 1, \(byte) came")
        case (.text, _): throw ValueDecodingError.malformed(bytes, notA: "bool")
        }
    }
}
