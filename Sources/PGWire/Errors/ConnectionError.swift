/// A connection could not be established, or was lost.
public struct ConnectionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The phase of the connection in which it failed.
    public enum Phase: String, Sendable, Hashable {
        /// Resolving the host's name.
        case nameResolution = "name resolution"
        /// Connecting the socket.
        case connecting
        /// Negotiating TLS.
        case tls = "TLS"
        /// Authenticating and starting the session.
        case authentication
        /// Connected, with no unanswered request.
        case idle
        /// A statement was in progress: the server may have executed it.
        case query
        /// Closing the connection.
        case closing
    }

    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// The host's name has no address.
        case nameNotResolved
        /// Nothing listens at the address, or the network is unreachable.
        case unreachable
        /// A deadline passed.
        case timedOut
        /// The server does not offer TLS and the `sslmode` requires it, or the server requires TLS and the `sslmode`
        /// forbids it.
        case tlsRefused
        /// The TLS handshake failed.
        case tlsFailed
        /// A TLS file cannot be used: the root certificates, the client's certificate or its private key.
        case unusableFile
        /// Plaintext came after the server's reply to SSLRequest: a man in the middle injected it.
        case tamperedWith
        /// The server's certificate is not trusted, or does not name the host.
        case certificateRejected
        /// The peer does not speak PostgreSQL's protocol.
        case notPostgreSQL
        /// The server asked for an authentication method that the policy does not allow, or skipped a required step.
        case authenticationRefused
        /// The callback that was asked for a password or a token threw an error.
        case credentialUnavailable
        /// The server is not of the kind that ``Connection/Configuration/targetSession`` asks for.
        case wrongServer
        /// A standby has not replayed in time what was to be read. Nothing was carried out.
        case behind
        /// A primary's log does not reach to what was to be read: it was lost, as in a failover. Nothing was carried out.
        case writeLost
        /// The connection was lost.
        case lost
        /// The connection was closed by the client.
        case closed
    }

    /// What went wrong.
    public var reason: Reason
    /// The phase of the connection in which it failed.
    public var phase: Phase
    /// The server.
    public var endpoint: Endpoint
    /// One sentence: the server, what happened, and what to do.
    public var description: String

    init(_ reason: Reason, phase: Phase, endpoint: Endpoint, _ description: String) {
        self.reason = reason
        self.phase = phase
        self.endpoint = endpoint
        // It may quote what a server, a certificate or the system said.
        self.description = description.escapingControls
    }
}
