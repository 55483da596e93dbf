/// A connection that is being made.
public struct ConnectionAttempt: Sendable {
    /// The servers to try, in this order unless they are shuffled.
    public let endpoints: [Endpoint]
    /// The database.
    public let database: String
    /// The role.
    public let user: String

    init(endpoints: [Endpoint], database: String, user: String) {
        self.endpoints = endpoints
        self.database = database
        self.user = user
    }

    /// How an attempt ends.
    public struct End: Sendable {
        /// The connection; nil when there is none.
        public let connection: ObservedConnection?
        /// What was done, and how long each step took; those of servers that were tried in vain as well.
        public let steps: [Step]
        /// How long it took altogether (OpenTelemetry: `db.client.connection.create_time`).
        public let duration: Duration
        /// The bytes that the successful login took, before encryption.
        public let bytesSent: Int
        /// The bytes that came with it, after decryption.
        public let bytesReceived: Int
        /// Why there is no connection.
        public let failure: ObservedFailure?
    }

    /// A step that was done.
    public struct Step: Sendable, Hashable {
        /// What was done.
        public let step: ConnectionStep
        /// How long it took.
        public let duration: Duration
    }
}

/// A completed step of connecting, see ``DatabaseEvent/connecting(_:)``.
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
