#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// `bytea` (manual: "Binary Data Types"), as `[UInt8]` is, too.
extension Data: PostgresEncodable, PostgresDecodable {
    /// `bytea`.
    public static var postgresType: OID { .bytea }
    /// `bytea[]`.
    public static var postgresArrayType: OID { .byteaArray }

    /// Writes the bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(bytes) }

    /// Reads a `bytea`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        self.init(try bytea(bytes, type: type, format: format))
    }
}

/// Reads a `bytea`: in text either the hex format or, with `bytea_output = escape`, the escape format.
func bytea(_ bytes: RawSpan, type: OID, format: FormatCode) throws -> [UInt8] {
    guard type == .bytea else { throw ValueDecodingError.typeMismatch }
    guard format == .text else { return [UInt8](copying: bytes) }
    var cursor = TextCursor(bytes)
    var content: [UInt8] = []
    if cursor.take(word: "\\x") {
        guard bytes.byteCount.isMultiple(of: 2) else { throw ValueDecodingError.malformed("bytea has an odd digit") }
        content.reserveCapacity(bytes.byteCount / 2)
        while let high = cursor.take(), let low = cursor.take() {
            guard let high = hexadecimal(high), let low = hexadecimal(low) else {
                throw ValueDecodingError.malformed("bytea has no hexadecimal digit at character \(cursor.position - 2)")
            }
            content.append(high << 4 | low)
        }
        return content
    }
    content.reserveCapacity(bytes.byteCount)
    while let byte = cursor.take() {
        guard byte == UInt8(ascii: "\\") else {
            content.append(byte)
            continue
        }
        if cursor.take("\\") {
            content.append(byte)
        } else if let high = cursor.digit(), let middle = cursor.digit(), let low = cursor.digit(),
            middle < 8, low < 8, let octal = UInt8(exactly: high << 6 | middle << 3 | low)
        {
            content.append(octal)
        } else {
            throw ValueDecodingError.malformed("bytea has no escape sequence at character \(cursor.position)")
        }
    }
    return content
}

func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
