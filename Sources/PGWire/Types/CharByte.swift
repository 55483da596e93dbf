/// The one byte of `"char"`, the internal type of the system catalogs (manual: "Character Types"), which is not `char(1)`.
public struct CharByte: Sendable, Hashable, RawRepresentable, LosslessStringConvertible {
    /// The byte; zero is the empty text.
    public var rawValue: UInt8

    /// The value of this byte.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The text as servers since version 16 write it: nothing for zero, the character for ASCII, else a backslash and three
    /// octal digits.
    public var description: String {
        switch rawValue {
        case 0: return ""
        case 1..<0x80: return String(Unicode.Scalar(rawValue))
        default: return "\\" + String(rawValue, radix: 8)
        }
    }

    /// Parses text as the server writes it; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension CharByte: FormattedValue {
    static var typeName: String { "\"char\"" }

    static func reads(_ type: OID) -> Bool { type == .char }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        // Servers before version 16 write any byte as it is.
        if text.byteCount <= 1 {
            rawValue = cursor.take() ?? 0
            return
        }
        guard text.byteCount == 4, cursor.take("\\"), let high = cursor.digit(), let middle = cursor.digit(),
            let low = cursor.digit(), middle < 8, low < 8, let byte = UInt8(exactly: high * 64 + middle * 8 + low)
        else { return nil }
        rawValue = byte
    }

    init(binary reader: inout ByteReader) throws { rawValue = try reader.read(UInt8.self) }
}

extension CharByte: PostgresEncodable, PostgresDecodable {
    /// `"char"`.
    public static var postgresType: OID { .char }
    /// `"char"[]`.
    public static var postgresArrayType: OID { .charArray }

    /// Writes the byte.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads a `"char"`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
