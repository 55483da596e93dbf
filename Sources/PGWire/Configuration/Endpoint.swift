/// One server: a host and port, or a Unix socket.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A name, an IP address (IPv6 without brackets), or a directory when it starts with `/` (or `@` for Linux's
    /// abstract sockets).
    public var host: String
    /// The port; for a Unix socket the number in its file's name, `.s.PGSQL.5432`.
    public var port: UInt16
    /// A numeric address to connect to instead of resolving ``host`` (libpq's `hostaddr`). The certificate must still
    /// name the host.
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

    /// Whether the server is on this machine: a Unix socket, `localhost`, 127.0.0.0/8 or ::1.
    public var isLocal: Bool {
        if unixSocketPath != nil { return true }
        let target = address ?? host
        if target == "localhost" || target == "::1" { return true }
        return target.utf8.starts(with: "127.".utf8) && target.isIPv4Address
    }

    /// `db.example.com:5432`, `[::1]:5432` or the socket's path.
    public var description: String {
        unixSocketPath ?? (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)")
    }
}

extension String {
    /// Whether this is four decimal numbers below 256 with dots between.
    var isIPv4Address: Bool {
        var dots = 0
        var number: Int?
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let next = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                guard next < 256 else { return false }
                number = next
            case UInt8(ascii: "."):
                guard number != nil else { return false }
                dots += 1
                number = nil
            default: return false
            }
        }
        return dots == 3 && number != nil
    }
}
