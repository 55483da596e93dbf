/// A place in the write-ahead log: `pg_lsn` (manual: "pg_lsn Type"), in bytes from its beginning.
public struct LogSequenceNumber: Sendable, Hashable, Comparable, RawRepresentable, LosslessStringConvertible {
    /// The number.
    public var rawValue: UInt64

    /// The place with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Behind every place that there is: what is to be read after it is to be found on the primary alone, see ``ReplicatedPool``.
    public static let max = LogSequenceNumber(rawValue: .max)

    /// Whether the left place is the earlier one.
    public static func < (left: LogSequenceNumber, right: LogSequenceNumber) -> Bool { left.rawValue < right.rawValue }

    private func hexadecimal(_ number: UInt64) -> String { String(number, radix: 16, uppercase: true) }

    /// The upper and the lower four bytes in hexadecimal, as the server writes them: `16/B374D848`.
    public var description: String { "\(hexadecimal(rawValue >> 32))/\(hexadecimal(rawValue & 0xFFFF_FFFF))" }

    /// Parses two hexadecimal numbers with a slash between them; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension LogSequenceNumber: FormattedValue {
    static var typeName: String { "pg_lsn" }

    static func reads(_ type: OID) -> Bool { type == .pgLSN }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let high = cursor.hexadecimalNumber(), cursor.take("/"), let low = cursor.hexadecimalNumber(),
            cursor.isAtEnd
        else { return nil }
        rawValue = high << 32 | low
    }

    init(binary reader: inout ByteReader) throws { rawValue = try reader.read(UInt64.self) }
}

extension LogSequenceNumber: PostgresEncodable, PostgresDecodable {
    /// `pg_lsn`.
    public static var postgresType: OID { .pgLSN }
    /// `pg_lsn[]`.
    public static var postgresArrayType: OID { .pgLSNArray }

    /// Writes eight bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads a `pg_lsn`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}

extension TextCursor {
    /// Consumes one to eight hexadecimal digits.
    @_lifetime(self: copy self)
    fileprivate mutating func hexadecimalNumber() -> UInt64? {
        var number: UInt64 = 0
        var count = 0
        while count < 8, let digit = hexadecimalDigit() {
            number = number << 4 | UInt64(digit)
            count += 1
        }
        return count > 0 ? number : nil
    }
}
