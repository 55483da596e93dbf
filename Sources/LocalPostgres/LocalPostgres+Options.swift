extension LocalPostgres {
    /// The options of a cluster. Everything has a default; `Options()` is a throwaway cluster with TLS.
    public struct Options: Sendable {
        /// Which connections may use TLS.
        public enum TLS: Sendable {
            /// The server has no TLS.
            case off
            /// Clients may use TLS, if the server was built with it.
            case available
            /// Clients over TCP must use TLS. `start` throws if the server was built without it.
            case required
        }

        /// An authentication method of `pg_hba.conf`.
        public enum AuthenticationMethod: String, Sendable {
            /// SCRAM-SHA-256.
            case scramSHA256 = "scram-sha-256"
            /// MD5.
            case md5
            /// A cleartext password.
            case password
            /// No authentication: any user of this computer can connect.
            case trust
        }

        /// Whether data survives a crash of the computer.
        public enum Durability: Sendable {
            /// It may be lost: `fsync`, `full_page_writes` and `synchronous_commit` are off. Much faster.
            case throwaway
            /// All committed data survives, as usual with PostgreSQL.
            case durable
        }

        /// The major version; nil for the best that is installed, or that of an existing lasting cluster.
        public var major: Int?
        /// The server's programs; nil to search for them.
        public var installation: PostgresInstallation?
        /// The primary of which the cluster is to be a hot standby, by streaming replication; nil for a cluster of its own. User,
        /// password, database and programs are the primary's then. `pg_promote()` makes it a primary.
        public var primary: LocalPostgres?
        /// The directory of a lasting cluster, made if missing; nil for a throwaway cluster in a temporary directory
        /// that `stop` removes. See `LocalPostgres.directory`.
        public var directory: String?
        /// The TCP port; nil for a free one, or the previous one of a lasting cluster, if that is free.
        public var port: Int?
        /// The superuser's name, without quotes, `$` and backslashes.
        public var user = "postgres"
        /// The superuser's password; nil for a random one, or that of an existing lasting cluster.
        public var password: String?
        /// The database of `connectionURI`, made if missing.
        public var database = "postgres"
        /// Which connections may use TLS.
        public var tls = TLS.available
        /// How users authenticate, over TCP and over the Unix socket.
        public var authenticationMethod = AuthenticationMethod.scramSHA256
        /// Nil for `.durable` with a lasting cluster, else `.throwaway`.
        public var durability: Durability?
        /// Further settings for `postgresql.conf`; they override the others, except the port, the address and the
        /// socket's directory.
        public var settings: [String: String] = [:]
        /// Lines for `pg_hba.conf`, before the others; the first that matches counts.
        public var hbaLines: [String] = []
        /// The timeout of making the cluster, and that of starting the server.
        public var timeout: Duration = .seconds(60)

        /// The defaults.
        public init() {}
    }
}

extension LocalPostgres.Options {
    /// Throws for values that PostgreSQL would misread instead of rejecting.
    func validate() throws {
        for (what, name) in [("user", user), ("database", database)] {
            // NAMEDATALEN - 1: the server would truncate the name.
            guard (1...63).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 }) else {
                throw LocalPostgresError.invalidOption("The \(what)'s name must be 1 to 63 bytes of printable text.")
            }
        }
        // initdb rejects both, but only at its end: "invalid character in extension owner".
        let quotes = "\"$'\\".unicodeScalars
        if user.utf8.starts(with: "pg_".utf8) || user.unicodeScalars.contains(where: { quotes.contains($0) }) {
            throw LocalPostgresError.invalidOption(
                "The superuser's name must not begin with pg_ or contain a quote, a dollar sign or a backslash.")
        }
        if let password, password.isEmpty || !password.utf8.allSatisfy({ $0 >= 0x20 }) || password.utf8.count > 1000 {
            throw LocalPostgresError.invalidOption("The password must be 1 to 1000 bytes of printable text.")
        }
        if let port, !(1...65_535).contains(port) {
            throw LocalPostgresError.invalidOption("The port must be between 1 and 65535.")
        }
        for (name, value) in settings where !name.utf8.allSatisfy(Self.isSettingName) || value.utf8.contains(10) {
            throw LocalPostgresError.invalidOption(
                "\(name) is not the name of a setting, or its value has several lines.")
        }
        if let directory, directory.utf8.first != UInt8(ascii: "/") {
            throw LocalPostgresError.invalidOption("The directory's path must be absolute, not \(directory).")
        }
        // It is written to the server's configuration, where a line break would begin another setting.
        if let directory, !directory.utf8.allSatisfy({ $0 >= 0x20 }) {
            throw LocalPostgresError.invalidOption(
                "The directory's path must not hold line breaks or control characters.")
        }
    }

    private static func isSettingName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
