extension LocalPgBouncer {
    /// The options of PgBouncer. `Options()` is transaction pooling with optional TLS.
    public struct Options: Sendable {
        /// When a server connection returns to the pool (`pool_mode`).
        public enum PoolMode: String, Sendable {
            /// Each transaction may get another server connection.
            case transaction
            /// A client keeps one server connection while it is connected.
            case session
            /// Each statement may get another server connection.
            case statement
        }

        /// Whether clients use TLS (`client_tls_sslmode`).
        public enum ClientTLS: String, Sendable {
            /// No TLS.
            case disable
            /// TLS if the client asks for it.
            case allow
            /// TLS only.
            case require
        }

        /// How clients authenticate (`auth_type`). The password file has the passwords in plain text, so all methods
        /// work.
        public enum AuthenticationType: String, Sendable {
            /// SCRAM-SHA-256.
            case scramSHA256 = "scram-sha-256"
            /// MD5, or SCRAM-SHA-256 where the stored password is a SCRAM secret.
            case md5
            /// A cleartext password.
            case plain
            /// No authentication.
            case trust
        }

        /// When a server connection returns to the pool.
        public var poolMode = PoolMode.transaction
        /// Whether clients use TLS. If the cluster has no TLS, PgBouncer gets a certificate authority of its own.
        public var clientTLS = ClientTLS.allow
        /// How clients authenticate.
        public var authenticationType = AuthenticationType.scramSHA256
        /// The TCP port; nil for a free one.
        public var port: Int?
        /// Whether to listen on a Unix socket, too.
        public var unixSocket = false
        /// The number of server connections per user and database (`default_pool_size`).
        public var poolSize = 20
        /// Further users and their passwords. They must exist in the cluster, too.
        public var users: [String: String] = [:]
        /// Databases: the names that clients use, and those in the cluster. Empty to use the names of the cluster. The
        /// names for clients must consist of ASCII letters, digits and underscores.
        public var databases: [String: String] = [:]
        /// Further settings for the section `[pgbouncer]`; they override the others.
        public var settings: [String: String] = [:]
        /// The program; nil to search for it.
        public var executable: String?
        /// The timeout of starting.
        public var timeout: Duration = .seconds(20)

        /// The defaults.
        public init() {}
    }
}
