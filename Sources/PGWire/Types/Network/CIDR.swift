/// A network: `cidr` (manual: "Network Address Types"). All bits after the prefix are zero.
public struct CIDR: Sendable, Hashable, LosslessStringConvertible {
    /// The first address of the network.
    public let address: IPAddress
    /// How many bits of the address are the network's.
    public let prefixLength: Int

    /// The network that begins at `address`; nil when there are not so many bits, or others than the first
    /// `prefixLength` are set.
    public init?(_ address: IPAddress, prefixLength: Int) {
        guard (0...address.bitWidth).contains(prefixLength), address.isNetwork(prefixLength) else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }

    /// The text as the server writes it: `192.168.0.0/16`, always with the prefix length.
    public var description: String { "\(address)/\(prefixLength)" }

    /// Parses an address with an optional prefix length; nil for anything else, abbreviated addresses included.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension CIDR: FormattedValue {
    static var typeName: String { "cidr" }

    static func reads(_ type: OID) -> Bool { type == .cidr }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let (address, length) = cursor.network() else { return nil }
        self.init(address, prefixLength: length)
    }

    init(binary reader: inout ByteReader) throws {
        let (address, length) = try reader.readNetworkAddress()
        guard let value = CIDR(address, prefixLength: length) else {
            throw ValueDecodingError.malformed("cidr with a prefix of \(length) bits, or with bits after it")
        }
        self = value
    }
}

extension CIDR: PostgresEncodable, PostgresDecodable {
    /// `cidr`.
    public static var postgresType: OID { .cidr }
    /// `cidr[]`.
    public static var postgresArrayType: OID { .cidrArray }

    /// Writes family, prefix length and address.
    public func encode(to writer: inout ByteWriter) {
        writer.write(address, prefixLength: prefixLength, isNetwork: true)
    }

    /// Reads a `cidr`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
