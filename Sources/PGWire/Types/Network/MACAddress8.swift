/// A MAC address of 64 bits, EUI-64: `macaddr8` (manual: "Network Address Types").
public struct MACAddress8: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The address as a number, of which the eight lowest bytes are used.
    public let rawValue: UInt64

    /// The address of this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The address of these bytes; nil unless there are eight, or six, which the server makes eight by `ff:fe` in their
    /// middle.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 8 || bytes.count == 6 else { return nil }
        let eight = bytes.count == 8 ? bytes : bytes[..<3] + [0xFF, 0xFE] + bytes[3...]
        rawValue = eight.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The eight bytes.
    public var bytes: [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: rawValue >> $0) }
    }

    /// Whether the left address is the smaller number.
    public static func < (left: MACAddress8, right: MACAddress8) -> Bool { left.rawValue < right.rawValue }

    /// The text as the server writes it: `08:00:2b:01:02:03:04:05`.
    public var description: String { MACAddressText.text(bytes) }

    /// Parses eight pairs of hexadecimal digits, of which each two may have a colon, hyphen or point between them, or six, between
    /// which the server puts `ff:fe`; nil
    /// for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension MACAddress8: FormattedValue {
    static var typeName: String { "macaddr8" }

    static func reads(_ type: OID) -> Bool { type == .macaddr8 || type == .macaddr }

    init?(text: RawSpan) {
        guard let bytes = MACAddressText.bytes(text) else { return nil }
        self.init(bytes: bytes)
    }

    init(binary reader: inout ByteReader) throws {
        let bytes = reader.readRemainingBytes()
        guard let value = MACAddress8(bytes: bytes) else {
            throw ValueDecodingError.malformed("macaddr8 needs 8 bytes, \(bytes.count) came")
        }
        self = value
    }
}

extension MACAddress8: PostgresEncodable, PostgresDecodable {
    /// `macaddr8`.
    public static var postgresType: OID { .macaddr8 }
    /// `macaddr8[]`.
    public static var postgresArrayType: OID { .macaddr8Array }

    /// Writes eight bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads a `macaddr8`, or a `macaddr` as the server converts it.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
