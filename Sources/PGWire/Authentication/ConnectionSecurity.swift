/// Who could listen to or pose as the server on a connection: what decides whether a password may cross it.
///
/// Where several cases are true, the last one in this order is meant.
public enum ConnectionSecurity: Sendable, Equatable, CaseIterable {
    /// TCP without TLS to another host.
    case plaintext
    /// TLS, but whose key it is was not checked: `sslmode` below `verify-ca`.
    case tls
    /// TCP to this host, without TLS.
    case loopback
    /// TCP to this host, with TLS whose certificate was not checked.
    case loopbackTLS
    case unixSocket
    /// TLS with a certificate that was checked: `verify-ca` or `verify-full`.
    case verifiedTLS

    public var isTLS: Bool {
        switch self {
        case .tls, .loopbackTLS, .verifiedTLS: true
        case .plaintext, .loopback, .unixSocket: false
        }
    }

    /// Whether a password sent in clear reaches the server, or this host, and nobody else.
    public var keepsCleartextPrivate: Bool {
        switch self {
        case .loopback, .loopbackTLS, .unixSocket, .verifiedTLS: true
        case .plaintext, .tls: false
        }
    }
}
