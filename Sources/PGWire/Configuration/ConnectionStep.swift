/// A step of connecting that was done, see ``Connection/Configuration/connectionObserver``.
///
/// There may be several attempts, for several endpoints or addresses or for the way without TLS that `prefer` allows; each
/// begins anew with ``reached(_:address:)``.
public enum ConnectionStep: Sendable, Hashable {
    /// The host's name was resolved to these addresses, which are tried in this order. Not told of a Unix socket.
    case resolved(Endpoint, addresses: [String])
    /// The server, or whatever listens there, has accepted the connection.
    case reached(Endpoint, address: String)
    /// The connection is encrypted from here on, and the certificate is as the mode demands.
    case encrypted(Endpoint, protocolVersion: String, cipher: String)
    /// The login is complete. Not told with ``Connection/Configuration/eagerStart``, where that is later.
    case authenticated(Endpoint)
}
