/// A MAC address of 48 bits, EUI-48: `macaddr` (manual: "Network Address Types").
public struct MACAddress: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The address as a number, of which the six lowest bytes are used.
    public let rawValue: UInt64

    /// The address of this number; nil when it takes more than six bytes.
    public init?(rawValue: UInt64) {
        guard rawValue >> 48 == 0 else { return nil }
        self.rawValue = rawValue
    }

    /// The address of these bytes; nil unless there are six.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 6 else { return nil }
        rawValue = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The six bytes.
    public var bytes: [UInt8] {
        stride(from: 40, through: 0, by: -8).map { UInt8(truncatingIfNeeded: rawValue >> $0) }
    }

    /// Whether the left address is the smaller number.
    public static func < (left: MACAddress, right: MACAddress) -> Bool { left.rawValue < right.rawValue }

    /// The text as the server writes it: `08:00:2b:01:02:03`.
    public var description: String { MACAddressText.text(bytes) }

    /// Parses six pairs of hexadecimal digits, of which each two may have a colon, hyphen or point between them; nil
    /// for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension MACAddress: FormattedValue {
    static var typeName: String { "macaddr" }

    static func reads(_ type: OID) -> Bool { type == .macaddr }

    init?(text: RawSpan) {
        guard let bytes = MACAddressText.bytes(text) else { return nil }
        self.init(bytes: bytes)
    }

    init(binary reader: inout ByteReader) throws {
        let high = UInt64(try reader.read(UInt16.self))
        rawValue = high << 32 | UInt64(try reader.read(UInt32.self))
    }
}

extension MACAddress: PostgresEncodable, PostgresDecodable {
    /// `macaddr`.
    public static var postgresType: OID { .macaddr }
    /// `macaddr[]`.
    public static var postgresArrayType: OID { .macaddrArray }

    /// Writes six bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(bytes) }

    /// Reads a `macaddr`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}

/// The text of hardware addresses of both sizes.
enum MACAddressText {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined(separator: ":")
    }

    /// Parses pairs of digits with the same separator, or none, before each.
    static func bytes(_ text: RawSpan) -> [UInt8]? {
        var cursor = TextCursor(text)
        var bytes: [UInt8] = []
        var separator: UInt8?
        while !cursor.isAtEnd {
            if !bytes.isEmpty, let byte = cursor.next, hexadecimal(byte) == nil {
                guard [UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte),
                    byte == separator ?? byte
                else { return nil }
                separator = byte
                _ = cursor.take()
            }
            guard let high = cursor.hexadecimalDigit(), let low = cursor.hexadecimalDigit() else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
