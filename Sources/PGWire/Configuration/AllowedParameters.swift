extension Connection.Configuration {
    /// What a connection string may contain that comes from somebody else, such as a user of a program who enters where
    /// their database is.
    ///
    /// ```swift
    /// let theirs = try Connection.Configuration(text, allowing: .fromUsers)
    /// ```
    /// Otherwise such a string could have files of this machine read (`sslkey`, `passfile`, `service`) or written
    /// (`sslkeylogfile`), and reach servers by Unix sockets, where this process's user may need no password. What it can
    /// still do is to connect to any host and port that this machine reaches: check ``endpoints`` where that matters.
    public struct AllowedParameters: Sendable, Hashable {
        /// The parameters, by libpq's keywords such as `host`.
        public var keywords: Set<String>
        /// Whether a host may be the directory of a Unix socket.
        public var allowsUnixSockets: Bool

        /// These keywords.
        public init(keywords: Set<String>, allowsUnixSockets: Bool = false) {
            self.keywords = keywords
            self.allowsUnixSockets = allowsUnixSockets
        }

        /// Where the server is, who logs in to what, how it is encrypted and how long it takes. No files, but for
        /// `sslrootcert=system`; no Unix sockets; no settings of the session (`options`).
        public static let fromUsers = AllowedParameters(keywords: [
            "host", "hostaddr", "port", "dbname", "user", "password", "application_name", "fallback_application_name",
            "connect_timeout", "client_encoding", "sslmode", "sslnegotiation", "sslsni", "ssl_min_protocol_version",
            "ssl_max_protocol_version", "sslcompression", "channel_binding", "require_auth", "gssencmode",
            "target_session_attrs", "load_balance_hosts", "keepalives", "keepalives_idle", "keepalives_interval",
            "keepalives_count", "tcp_user_timeout", "min_protocol_version", "max_protocol_version",
        ])
    }

    /// A configuration from a connection string that may contain only what is allowed, see ``init(_:)``. The user must be
    /// given.
    ///
    /// - Throws: ``ConfigurationError`` with all problems at once, each with the parameter; never a password.
    public init(
        _ connectionString: String, allowing allowed: AllowedParameters
    ) throws(ConfigurationError) {
        var parameters = ConnectionParameters(connectionString)
        parameters.refuseAll(except: allowed)
        try self.init(parameters, defaultUser: nil)
    }
}

extension ConnectionParameters {
    /// Notes a problem for each parameter that is not allowed, and forgets it, so that nothing is read because of it.
    fileprivate mutating func refuseAll(except allowed: Connection.Configuration.AllowedParameters) {
        for keyword in ConnectionKeyword.allCases {
            guard let text = self[keyword], !allowed.keywords.contains(keyword.rawValue) else { continue }
            if keyword == .sslrootcert, text == "system" { continue }
            remove(keyword)
            addProblem("the parameter \"\(keyword.rawValue)\" is not allowed here: leave it out")
        }
        let isSocket = (self[.host] ?? "").utf8.split(separator: UInt8(ascii: ","))
            .contains { $0.first == UInt8(ascii: "/") || $0.first == UInt8(ascii: "@") }
        if isSocket, !allowed.allowsUnixSockets {
            addProblem("host is the directory of a Unix socket, which is not allowed here: give a name or an address")
        }
    }
}
