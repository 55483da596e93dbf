/// The address of a host and, optionally, its network: `inet` (manual: "Network Address Types").
public struct Inet: Sendable, Hashable, LosslessStringConvertible {
    /// The address.
    public let address: IPAddress
    /// How many bits of the address are the network's; all for a host alone.
    public let prefixLength: Int

    /// A host; in the network of the first `prefixLength` bits if it is given. Nil when there are not so many.
    public init?(_ address: IPAddress, prefixLength: Int? = nil) {
        let length = prefixLength ?? address.bitWidth
        guard (0...address.bitWidth).contains(length) else { return nil }
        self.address = address
        self.prefixLength = length
    }

    /// The text as the server writes it: `10.0.0.1`, or `10.0.0.1/8` with a network.
    public var description: String {
        prefixLength == address.bitWidth ? address.description : "\(address)/\(prefixLength)"
    }

    /// Parses an address with an optional prefix length; nil for anything else, abbreviated addresses included.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension Inet: FormattedValue {
    static var typeName: String { "inet" }

    static func reads(_ type: OID) -> Bool { type == .inet || type == .cidr }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let (address, length) = cursor.network() else { return nil }
        self.init(address, prefixLength: length)
    }

    init(binary reader: inout ByteReader) throws {
        let (address, length) = try reader.readNetworkAddress()
        guard let value = Inet(address, prefixLength: length) else {
            throw ValueDecodingError.malformed("inet with a prefix of \(length) bits")
        }
        self = value
    }
}

extension ByteReader {
    /// Reads what `inet_send` and `cidr_send` write.
    @_lifetime(self: copy self)
    mutating func readNetworkAddress() throws -> (IPAddress, prefixLength: Int) {
        let family = try read(UInt8.self)
        let length = Int(try read(UInt8.self))
        _ = try read(UInt8.self)  // whether it is a `cidr`
        let count = Int(try read(UInt8.self))
        guard family == 2 && count == 4 || family == 3 && count == 16,
            let address = IPAddress(bytes: try readBytes(count))
        else { throw ValueDecodingError.malformed("address of family \(family) with \(count) bytes") }
        return (address, length)
    }
}

extension ByteWriter {
    /// Writes what `inet_send` and `cidr_send` write.
    mutating func write(_ address: IPAddress, prefixLength: Int, isNetwork: Bool) {
        // The numbers of the families: `PGSQL_AF_INET`, `PGSQL_AF_INET6`.
        write(UInt8(address.family == .v4 ? 2 : 3))
        write(UInt8(truncatingIfNeeded: prefixLength))
        write(UInt8(isNetwork ? 1 : 0))
        let bytes = address.bytes
        write(UInt8(truncatingIfNeeded: bytes.count))
        write(bytes)
    }
}

extension Inet: PostgresEncodable, PostgresDecodable {
    /// `inet`.
    public static var postgresType: OID { .inet }
    /// `inet[]`.
    public static var postgresArrayType: OID { .inetArray }

    /// Writes family, prefix length and address.
    public func encode(to writer: inout ByteWriter) {
        writer.write(address, prefixLength: prefixLength, isNetwork: false)
    }

    /// Reads an `inet` or a `cidr`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
