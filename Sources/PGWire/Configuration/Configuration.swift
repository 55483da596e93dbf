#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Connection {
    /// Where a server is and how to connect to it.
    ///
    /// ```swift
    /// let fromURI = try Connection.Configuration("postgres://scribe@db.example.com/scribe?sslmode=verify-full")
    /// let separate = Connection.Configuration(host: "db.example.com", user: "scribe", password: "p@ss:w/rd", database: "scribe")
    /// ```
    /// The separate values are taken literally, so a password may contain any character.
    public struct Configuration: Sendable {
        /// The servers to try, in order; not empty.
        public var endpoints: [Endpoint]
        /// What kind of server it must be, where there are several of which one is the primary (libpq's
        /// `target_session_attrs`).
        ///
        /// Servers from PostgreSQL 14 on say of what kind they are when one logs in. Others are asked, by a query; so is the one
        /// behind a pooler, as what that reports may be old (see ``PoolerMode``).
        public var targetSession = TargetSession.any
        /// In which order the servers are tried (libpq's `load_balance_hosts`).
        public var loadBalancing = LoadBalancing.disable
        /// The role to log in as.
        public var user: String
        /// The role's password, if it has one.
        public var password: Secret?
        /// The database; nil for the one with the name of the role.
        public var database: String?
        /// What the server shows as `pg_stat_activity.application_name`.
        public var applicationName: String
        /// Whether and how TLS is used.
        public var tls: TLS
        /// The authentication methods that the server may ask for (libpq's `require_auth`), and the use of channel
        /// binding (libpq's `channel_binding`).
        public var authentication = AuthenticationPolicy()
        /// The timeout of connecting: name resolution, TCP, TLS and authentication together.
        public var connectTimeout: Duration = .seconds(30)
        /// The timeout of a statement when the call gives none; nil for no limit. The server enforces it
        /// (`statement_timeout`, set in the same batch as the statement). The client cancels a second later, and gives the
        /// connection up after another.
        public var statementTimeout: Duration?
        /// The maximum number of SCRAM iterations. Each costs the client CPU time, and the server chooses the number
        /// before it has authenticated itself.
        public var maximumSCRAMIterations = 1_000_000
        /// The maximum size of a message from the server, in bytes.
        public var maximumMessageSize = 1 << 30
        /// Whether a pooler stands in between, and in which mode, when that is known; nil to detect it, see
        /// ``PoolerMode``.
        public var poolerMode: PoolerMode.Kind?
        /// The number of statements that a connection remembers, to prepare those that are repeated (see
        /// ``PoolerMode``); 0 to prepare none, as where other sessions change the types of columns all the time: a `String`, which
        /// is sent without a type, keeps the one that its statement was prepared with. A prepared statement takes memory on the
        /// server, usually 10 to 100 KiB.
        public var statementCacheCapacity = 256
        /// Whether to save two round trips of the startup by not waiting for the server's answers. For direct
        /// connections only, not for poolers. Together with ``TLS/Negotiation/direct``, the first row comes after four
        /// round trips instead of seven.
        ///
        /// SCRAM's first message is sent with the startup message, before the server asks for it; if the server then
        /// asks for anything else, the login fails. The first statement is sent with SCRAM's last message, before the
        /// server has proved that it knows the password. Its certificate must authenticate it instead: the mode must
        /// be ``SSLMode/verifyCA`` or ``SSLMode/verifyFull``. Unix sockets, and logins without a password, are not
        /// affected.
        ///
        /// ``Connection/connect(_:)`` returns before the login is complete. A failed login is thrown by the first
        /// call, whose statement was then not executed. Make that call soon, as the server's `authentication_timeout`
        /// (one minute by default) is running. ``Connection/backendProcessID`` is nil.
        public var eagerStart = false
        /// Further parameters of the startup message, such as `search_path` or `options`. Most poolers reject or
        /// silently drop them: prefer `set_config` in a transaction.
        public var startupParameters: [StartupParameter] = []
        /// The file from which the password is read anew for each connection, when ``password`` is nil: a `.pgpass` file
        /// (libpq's `passfile`). The first line that matches host, port, database and user counts. A file for which
        /// others than its owner have any permission is not used; the error of a login that lacks a password says so, or that
        /// there is no such file.
        public var passwordFile: String?
        /// The name of the operating system's user that the server must run as, where it is reached by a Unix socket
        /// (libpq's `requirepeer`); nil for any. Over TCP it has no meaning.
        public var requiredPeer: String?
        /// How TCP finds out that the server is gone.
        public var tcp = TCP()
        /// Decodes `json` and `jsonb` columns where rows are read as `Decodable` values. ``JSONEncoded`` has a coder of its own.
        public var jsonDecoder = JSONDecoder()
        /// Called for each notice and warning of the server. It runs on the task that receives, so it should be quick.
        public var noticeHandler: (@Sendable (ServerError) -> Void)?
        /// Is told what connections and pools do, for traces, metrics and logs; see ``DatabaseObserver``. Without one nothing is
        /// measured.
        public var observer: (any DatabaseObserver)?
        /// Shows each message that is sent or comes, for somebody who looks for an error; see ``WireTrace``.
        public var wireTrace: WireTrace?
        /// What each statement tells the server of the trace that it belongs to; see ``TraceContext``.
        public var traceContext: TraceContext?

        /// Asked for the role's password, where it changes: the tokens of cloud databases. Nil, or an answer of nil, for
        /// ``password``.
        ///
        /// It is asked anew for each attempt to connect, once the server demands a password (with ``eagerStart``: before),
        /// within ``connectTimeout``, and its task is cancelled with the call. What it throws ends the login as
        /// ``ConnectionError/Reason/credentialUnavailable``. The password is not kept.
        public var passwordProvider: (@Sendable (PasswordRequest) async throws -> Secret?)?
        /// The keys to use for SCRAM in place of the password (libpq's `scram_client_key` and `scram_server_key`).
        public var scramKeys: SCRAMKeys?
        /// The oldest version of the protocol that the server may speak (libpq's `min_protocol_version`).
        public var minimumProtocolVersion = ProtocolVersion.v30
        /// The version of the protocol that the server is asked for (libpq's `max_protocol_version`). One that is too old for
        /// it says which it speaks instead; some poolers refuse the login. Nil for 3.0, or
        /// ``ProtocolVersion/latest`` where ``minimumProtocolVersion`` is newer than that.
        public var maximumProtocolVersion: ProtocolVersion?
        /// Where OAuth tokens come from.
        public var oauth = OAuth()
        /// Connects the socket in place of PGWire: through a tunnel or a proxy, or to a server in this process. It returns the
        /// descriptor of a connected stream socket, which then belongs to the connection. Over it goes what the
        /// configuration says, TLS included.
        ///
        /// It is called for each attempt to connect to an endpoint, whose name is then not resolved, and for each request to
        /// cancel, which takes a connection of its own. What it throws counts as ``ConnectionError/Reason/unreachable``. It
        /// has to be done within ``connectTimeout``; a socket that it returns later is closed. An endpoint such as
        /// `localhost` counts as this host, wherever the socket leads to.
        public var socketProvider: (@Sendable (Endpoint) async throws -> CInt)?

        /// Called with the unencrypted bytes in both directions, to record them.
        package var trafficObserver: (@Sendable (Transport.Direction, RawSpan) -> Void)?
        /// The SCRAM nonce, so that a recorded login can be replayed; nil for a random one.
        package var scramNonce: String?

        /// A configuration from separate values, each taken literally.
        ///
        /// The host is a name, an IP address, or the directory of a Unix socket when it starts with `/`. Without
        /// `tls`, see ``TLS/default(for:)``.
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

        /// A startup parameter other than `user`, `database`, `client_encoding` and `application_name`.
        public struct StartupParameter: Sendable, Hashable {
            /// The name of a run-time parameter, or `options`.
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
