extension Connection {
    /// Where a server is and how to connect to it.
    ///
    /// ```swift
    /// let fromURI = try Connection.Configuration("postgres://scribe@db.example.com/scribe?sslmode=verify-full")
    /// let separate = Connection.Configuration(host: "db.example.com", user: "scribe", password: "p@ss:w/rd", database: "scribe")
    /// ```
    /// The separate values are taken literally, so a password may hold any character.
    public struct Configuration: Sendable {
        /// The servers to try, in order; never empty.
        public var endpoints: [Endpoint]
        /// The role to log in as.
        public var user: String
        /// The role's password, if it has one.
        public var password: Secret?
        /// The database; nil for the one named like the role.
        public var database: String?
        /// What the server shows as `pg_stat_activity.application_name`.
        public var applicationName: String
        /// Whether and how TLS is used.
        public var tls: TLS
        /// Which authentication methods the server may ask for (libpq's `require_auth`), and whether SCRAM must be bound to
        /// the TLS channel (libpq's `channel_binding`).
        public var authentication = AuthenticationPolicy()
        /// The time that name resolution, TCP, TLS and authentication may take together.
        public var connectTimeout: Duration = .seconds(30)
        /// The time that a statement may take when the call does not say otherwise; nil for no limit. The server enforces
        /// it (`statement_timeout`, sent along with each statement), and the client gives up a little later.
        public var statementTimeout: Duration?
        /// The greatest number of SCRAM iterations accepted. Each costs the client CPU time, and the server chooses the number
        /// before it has proved anything.
        public var maximumSCRAMIterations = 1_000_000
        /// The greatest message accepted from the server, in bytes.
        public var maximumMessageSize = 1 << 30
        /// What the connection leads to, where that is known: the server itself, or what kind of pooler. Nil to find out, see
        /// ``PoolerMode``.
        public var poolerMode: PoolerMode.Kind?
        /// How many statements a connection keeps in mind to prepare them when they are repeated (see ``PoolerMode``); 0 to prepare
        /// none. Each that is prepared takes memory on the server, some 10 to 100 KiB for an ordinary one.
        public var statementCacheCapacity = 256
        /// Whether to save two round trips of the login by not waiting for what the server says meanwhile. For PostgreSQL itself
        /// and not for poolers, and together with ``Connection/Configuration/TLS/Negotiation/direct`` the fastest start there is: the first
        /// row comes after four round trips instead of seven.
        ///
        /// SCRAM begins together with the startup message, before the server has asked for it; a server that asks for anything
        /// else is an error. The first statement goes out together with SCRAM's last message, that is before the server has
        /// proved that it knows the password. Its certificate must vouch for it instead: the mode must be
        /// ``SSLMode/verifyCA`` or ``SSLMode/verifyFull``. A Unix socket, and a login without a password, take no part in this.
        ///
        /// ``Connection/connect(_:)`` returns before the server has said yes. A wrong password, like every other reason why a
        /// login fails, is thrown by the first call, whose statement was then certainly not carried out. That call should
        /// come soon, as the server waits for the login only so long (its `authentication_timeout`, a minute).
        /// ``Connection/backendProcessID`` is nil.
        public var eagerStart = false
        /// Further parameters for the startup message, such as `search_path` or `options`. Behind most poolers any of them
        /// makes the connection fail or is silently dropped: prefer `set_config` in a transaction.
        public var startupParameters: [StartupParameter] = []
        /// Called for each notice and warning that the server sends. It runs on the task that reads, so it should be quick.
        public var noticeHandler: (@Sendable (ServerError) -> Void)?
        /// Called for each step of an attempt to connect that was done, to time them or to log them; what failed is in the
        /// error. It runs on the task that connects, so it should be quick.
        public var connectionObserver: (@Sendable (ConnectionStep) -> Void)?

        /// Sees what goes both ways on the clear side of TLS, to record it.
        package var trafficObserver: (@Sendable (Transport.Direction, RawSpan) -> Void)?
        /// The nonce of SCRAM, so that a recorded login can be repeated; nil for a random one.
        package var scramNonce: String?

        /// A configuration from separate values, each taken literally.
        ///
        /// The host is a name, an IP address, or the directory of a Unix socket when it starts with `/`. Without `tls`, see
        /// ``TLS/default(for:)``.
        public init(
            host: String, port: UInt16 = 5432, user: String, password: String? = nil, database: String? = nil,
            applicationName: String = "pgwire", tls: TLS? = nil
        ) {
            let endpoint = Endpoint(host: host, port: port)
            self.endpoints = [endpoint]
            self.user = user
            self.password = password.map(Secret.init)
            self.database = database
            self.applicationName = applicationName
            self.tls = tls ?? .default(for: [endpoint])
        }

        /// A startup parameter beyond the usual four.
        public struct StartupParameter: Sendable, Hashable {
            /// The name of a run-time setting, or `options`.
            public var name: String
            /// Its value.
            public var value: String

            /// The parameter `name` with this value.
            public init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }
    }
}
