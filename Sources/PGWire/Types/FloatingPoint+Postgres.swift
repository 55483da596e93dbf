/// `real` (manual: "Floating-Point Types").
extension Float: PostgresEncodable, PostgresDecodable {
    /// `real`.
    public static var postgresType: OID { .float4 }
    /// `real[]`.
    public static var postgresArrayType: OID { .float4Array }

    /// Writes four bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(bitPattern) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(bitPattern) }

    /// Reads a `real`; `double precision`, which would silently lose digits, is ``ValueDecodingError/typeMismatch``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .float4 else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(4, for: "float4")
            var reader = ByteReader(bytes)
            self = try reader.readFloat()
        case .text:
            self = try floatingPoint(bytes, named: "float4")
        }
    }
}

/// `double precision` (manual: "Floating-Point Types").
extension Double: PostgresEncodable, PostgresDecodable {
    /// `double precision`.
    @inlinable public static var postgresType: OID { .float8 }
    /// `double precision[]`.
    @inlinable public static var postgresArrayType: OID { .float8Array }

    /// Writes eight bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(bitPattern) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(bitPattern) }

    /// Reads a `double precision` or a `real`.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .float8, format == .binary, bytes.byteCount == 8, let bits = bytes.integer(at: 0, as: UInt64.self) {
            self.init(bitPattern: bits)
        } else {
            try self.init(slowly: bytes, type: type, format: format)
        }
    }

    @usableFromInline
    init(slowly bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .float8 else {
            // Through Float, so that 0.1 as real is the same number in both formats.
            self = Double(try Float(postgres: bytes, type: type, format: format))
            return
        }
        switch format {
        case .binary:
            try bytes.require(8, for: "float8")
            var reader = ByteReader(bytes)
            self = try reader.readDouble()
        case .text:
            self = try floatingPoint(bytes, named: "float8")
        }
    }
}

/// Parses the shortest exact text, as servers since version 12 send it.
func floatingPoint<F: BinaryFloatingPoint & LosslessStringConvertible>(
    _ bytes: RawSpan, named type: String
) throws -> F {
    if let value = DecimalText(bytes)?.rounded(to: F.self) { return value }
    guard let text = String(validating: bytes) else { throw ValueDecodingError.malformed(bytes, notA: type) }
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: break
    }
    // Swift would also accept "inf", "nan(0x1)" and hexadecimal digits, which no server sends.
    let isDecimal = text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: "e") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }
    guard isDecimal, let value = F(text) else { throw ValueDecodingError.malformed(bytes, notA: type) }
    guard value.isFinite else { throw ValueDecodingError.outOfRange(bytes, of: type) }
    return value
}
