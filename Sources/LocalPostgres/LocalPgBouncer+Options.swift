extension LocalPgBouncer {
    /// How PgBouncer is run. `Options()` pools transactions and lets clients choose whether they use TLS.
    public struct Options: Sendable {
        /// When a server connection goes back to the pool (`pool_mode`).
        public enum PoolMode: String, Sendable {
            case transaction
            case session
            case statement
        }

        /// Whether clients use TLS (`client_tls_sslmode`).
        public enum ClientTLS: String, Sendable {
            case disable
            case allow
            case require
        }

        /// How clients prove who they are (`auth_type`). The password file has the passwords in plain text, so all work.
        public enum AuthenticationType: String, Sendable {
            case scramSHA256 = "scram-sha-256"
            case md5
            case plain
            case trust
        }

        /// When a server connection goes back to the pool.
        public var poolMode = PoolMode.transaction
        /// Whether clients use TLS. Without TLS in the cluster a certificate authority is made for PgBouncer alone.
        public var clientTLS = ClientTLS.allow
        /// How clients prove who they are.
        public var authenticationType = AuthenticationType.scramSHA256
        /// The TCP port; nil for a free one.
        public var port: Int?
        /// Whether there is a Unix socket too.
        public var unixSocket = false
        /// Server connections per user and database (`default_pool_size`).
        public var poolSize = 20
        /// Further users and their passwords, beside the cluster's superuser. They must exist in the cluster too.
        public var users: [String: String] = [:]
        /// Databases by the names that clients use, and what they are in the cluster. Empty: every name is itself.
        /// The clients' names must be of ASCII letters, digits and underscores.
        public var databases: [String: String] = [:]
        /// Further settings for the section `[pgbouncer]`; they win over what is set here.
        public var settings: [String: String] = [:]
        /// The program; nil to search for it.
        public var executable: String?
        /// How long starting may take.
        public var timeout: Duration = .seconds(20)

        /// The defaults.
        public init() {}
    }
}
