#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// `uuid` (manual: "UUID Type").
extension UUID: PostgresEncodable, PostgresDecodable {
    /// `uuid`.
    @inlinable public static var postgresType: OID { .uuid }
    /// `uuid[]`.
    @inlinable public static var postgresArrayType: OID { .uuidArray }

    /// Writes sixteen bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) {
        unsafe withUnsafeBytes(of: uuid) { unsafe writer.write($0.bytes) }
    }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) {
        values.write(UInt128(bigEndian: unsafe unsafeBitCast(uuid, to: UInt128.self)))
    }

    /// Reads a `uuid`.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .uuid, format == .binary, bytes.byteCount == 16 {
            // Sound: sixteen bytes of any values are a `uuid_t`, and they are there.
            self.init(uuid: unsafe bytes.unsafeLoadUnaligned(as: uuid_t.self))
        } else {
            try self.init(slowly: bytes, type: type, format: format)
        }
    }

    @usableFromInline
    init(slowly bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .uuid else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(16, for: "uuid")
            self.init(uuid: unsafe bytes.unsafeLoadUnaligned(as: uuid_t.self))
        case .text:
            guard let bits = Self.bits(bytes) else { throw ValueDecodingError.malformed(bytes, notA: "uuid") }
            // Sound: sixteen bytes of any values are a `uuid_t`.
            self.init(uuid: unsafe unsafeBitCast(bits.bigEndian, to: uuid_t.self))
        }
    }

    /// The digits of the text, as the server sends it: five groups of hexadecimal digits.
    private static func bits(_ text: RawSpan) -> UInt128? {
        var cursor = TextCursor(text)
        var bits: UInt128 = 0
        for (group, digits) in [8, 4, 4, 4, 12].enumerated() {
            guard group == 0 || cursor.take("-") else { return nil }
            for _ in 0..<digits {
                guard let digit = cursor.hexadecimalDigit() else { return nil }
                bits = bits << 4 | UInt128(digit)
            }
        }
        return cursor.isAtEnd ? bits : nil
    }
}
