/// A connection could not be made, or was lost.
public struct ConnectionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// How far the connection had come.
    public enum Phase: String, Sendable, Hashable {
        /// Finding the addresses of the host's name.
        case nameResolution = "name resolution"
        /// Reaching the server.
        case connecting
        /// Agreeing on TLS.
        case tls = "TLS"
        /// Logging in.
        case authentication
        /// Logged in, with nothing sent that the server has not answered.
        case idle
        /// A statement was under way: the server may have carried it out.
        case query
        /// Closing.
        case closing
    }

    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// The host's name has no address.
        case nameNotResolved
        /// Nothing listens there, or the network refused.
        case unreachable
        /// A deadline passed.
        case timedOut
        /// The server refused TLS, and the mode requires it; or the other way round.
        case tlsRefused
        /// The TLS handshake failed.
        case tlsFailed
        /// A file that TLS needs cannot be used: a root certificate, the client's certificate or its key.
        case unusableFile
        /// Somebody between added data to what the server said.
        case tamperedWith
        /// The server's certificate is not trusted.
        case certificateRejected
        /// What answered does not speak PostgreSQL's protocol.
        case notPostgreSQL
        /// The server wants, or skipped, something in authentication that the policy does not allow.
        case authenticationRefused
        /// The connection ended.
        case lost
        /// The connection was closed on this side.
        case closed
    }

    /// What went wrong.
    public var reason: Reason
    /// How far the connection had come.
    public var phase: Phase
    /// Which server.
    public var endpoint: Endpoint
    /// One sentence: what happened to which server, and what to do.
    public var description: String

    init(_ reason: Reason, phase: Phase, endpoint: Endpoint, _ description: String) {
        self.reason = reason
        self.phase = phase
        self.endpoint = endpoint
        // Hosts, certificates and systems have their say in it.
        self.description = description.escapingControls
    }
}
