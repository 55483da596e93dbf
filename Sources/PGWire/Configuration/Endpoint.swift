/// One server: a host and port, or a Unix socket.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A name, an IP address (IPv6 without brackets), or a directory when it starts with `/` (or `@` for Linux's abstract
    /// sockets).
    public var host: String
    /// The port; for a Unix socket the number in its file's name, `.s.PGSQL.5432`.
    public var port: UInt16
    /// A numeric address to connect to instead of resolving ``host``, which still names the certificate (libpq's
    /// `hostaddr`).
    public var address: String?

    /// The server at `host` and `port`.
    public init(host: String, port: UInt16 = 5432, address: String? = nil) {
        self.host = host
        self.port = port
        self.address = address
    }

    /// The socket's path, when this is a Unix socket.
    public var unixSocketPath: String? {
        guard address == nil, let first = host.utf8.first else { return nil }
        return first == UInt8(ascii: "/") || first == UInt8(ascii: "@") ? "\(host)/.s.PGSQL.\(port)" : nil
    }

    /// Whether this is certainly the same machine: a Unix socket, `localhost`, 127.0.0.0/8 or ::1.
    public var isLocal: Bool {
        if unixSocketPath != nil { return true }
        let target = address ?? host
        if target == "localhost" || target == "::1" { return true }
        let parts = target.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// `db.example.com:5432`, `[::1]:5432` or the socket's path.
    public var description: String {
        unixSocketPath ?? (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)")
    }
}
