/// Whether a connection can be intercepted, which decides whether a cleartext password may be sent on it.
///
/// When several cases apply, the last one in this order counts.
public enum ConnectionSecurity: Sendable, Equatable, CaseIterable {
    /// TCP without TLS to another host.
    case plaintext
    /// TLS to another host, with an unchecked certificate: `sslmode` below `verify-ca`.
    case tls
    /// TCP to this host, without TLS.
    case loopback
    /// TCP to this host, with TLS and an unchecked certificate.
    case loopbackTLS
    /// A Unix socket.
    case unixSocket
    /// TLS with a checked certificate: `verify-ca` or `verify-full`.
    case verifiedTLS

    /// Whether the connection uses TLS.
    public var isTLS: Bool {
        switch self {
        case .tls, .loopbackTLS, .verifiedTLS: true
        case .plaintext, .loopback, .unixSocket: false
        }
    }

    /// Whether a cleartext password reaches nobody but the server, or this host.
    public var keepsCleartextPrivate: Bool {
        switch self {
        case .loopback, .loopbackTLS, .unixSocket, .verifiedTLS: true
        case .plaintext, .tls: false
        }
    }
}
