/// A completed step of connecting, see ``Connection/Configuration/connectionObserver``.
///
/// There may be several attempts: for several endpoints or addresses, or without TLS after `prefer`. Each begins with
/// ``reached(_:address:)``.
public enum ConnectionStep: Sendable, Hashable {
    /// The host's name was resolved to these addresses, which are tried in this order. Not for Unix sockets.
    case resolved(Endpoint, addresses: [String])
    /// The socket is connected to this address.
    case reached(Endpoint, address: String)
    /// The TLS handshake is complete, and the certificate satisfies the mode.
    case encrypted(Endpoint, protocolVersion: String, cipher: String)
    /// A warning: the server stores the password with fewer SCRAM iterations than the 4,096 that RFC 7677 demands, so it is
    /// quickly guessed by whoever steals what the server stores. Raise the server's `scram_iterations`, and set the password
    /// anew.
    case fewSCRAMIterations(Endpoint, iterations: Int)
    /// The login is complete. Not with ``Connection/Configuration/eagerStart``, where it completes later.
    case authenticated(Endpoint)
}
