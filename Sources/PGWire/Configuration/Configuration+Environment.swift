extension Connection.Configuration {
    /// Environment variables, beneath which libpq's files are found: `PGHOST`, `PGUSER` and so on (manual: "Environment
    /// Variables"), and `HOME`.
    ///
    /// PGWire reads the process's environment only where this is passed. With it a connection string means what it means to
    /// psql: a service file fills in what the string leaves out, the variables what both leave out, and a `.pgpass` file
    /// the password. The differences are those of ``init(_:)``, and:
    ///
    /// - The variables of Kerberos and `PGSSLCOMPRESSION` are not read.
    /// - The files in `~/.postgresql` are not used unless they are named.
    public struct Environment: Sendable, CustomStringConvertible, CustomReflectable {
        /// The variables by name. Those that mean nothing to libpq are ignored.
        public var variables: [String: String]
        /// The names of variables whose bytes are no text.
        private(set) var namesNotUTF8: [String] = []

        /// These variables, and no others: not those of the process. Without `HOME`, libpq's files are looked for in the home
        /// directory that the operating system gives for the user of this process.
        public init(_ variables: [String: String]) { self.variables = variables }

        /// The variables of this process as they are now.
        public static var process: Environment {
            var environment = Environment([:])
            let names = ConnectionKeyword.allCases.compactMap(\.environmentVariable)
            for name in names + otherNames + startupParameters.map(\.variable) {
                switch OperatingSystem.variable(name) {
                case .text(let text): environment.variables[name] = text
                case .notUTF8: environment.namesNotUTF8.append(name)
                case .absent: break
                }
            }
            return environment
        }

        /// The names only: a value may be a secret.
        public var description: String { variables.keys.sorted().joined(separator: " ") }

        /// Nothing, for the same reason.
        public var customMirror: Mirror { Mirror(self, children: []) }

        private static let otherNames = ["PGREQUIRESSL", "PGSYSCONFDIR", "HOME"]

        /// Variables for parameters of the session.
        static let startupParameters = [
            (variable: "PGDATESTYLE", name: "datestyle"), (variable: "PGTZ", name: "timezone"),
            (variable: "PGGEQO", name: "geqo"),
        ]
    }

    /// The configuration of environment variables alone, `PGHOST` and so on; see ``Environment``.
    ///
    /// - Throws: ``ConfigurationError`` with all problems at once, each with the variable. It never contains a password.
    public static func fromEnvironment(
        _ environment: Environment = .process
    ) throws(ConfigurationError) -> Connection.Configuration {
        try Connection.Configuration("", environment: environment)
    }
}

extension Connection.Configuration.Environment {
    /// The connection parameters that the variables set.
    var parameters: ConnectionParameters {
        var parameters = ConnectionParameters()
        for keyword in ConnectionKeyword.allCases {
            guard let name = keyword.environmentVariable, let text = variables[name] else { continue }
            parameters.set(keyword, to: text, source: name)
        }
        // As libpq, for which PGSSLMODE counts for more.
        if parameters[.sslmode] == nil, variables["PGREQUIRESSL"]?.utf8.first == UInt8(ascii: "1") {
            parameters.set(.sslmode, to: SSLMode.require.rawValue, source: "PGREQUIRESSL")
        }
        for name in namesNotUTF8 { parameters.addProblem("the environment variable \(name) is not UTF-8") }
        for (name, value) in variables where name.utf8.starts(with: "PG".utf8) && value.utf8.contains(0) {
            parameters.addProblem("the environment variable \(name.debugDescription) contains a NUL character")
        }
        return parameters
    }

    /// The parameters of the startup message that the variables set; `default` stands for none.
    var startupParameters: [Connection.Configuration.StartupParameter] {
        Self.startupParameters.compactMap { variable, name in
            guard let value = variables[variable], value.lowercased() != "default" else { return nil }
            return .init(name: name, value: value)
        }
    }

    /// The directory in which `.pgpass` and `.pg_service.conf` are.
    var homeDirectory: String? {
        if let home = variables["HOME"], !home.isEmpty { return home }
        return OperatingSystem.homeDirectory
    }
}

extension ConnectionKeyword {
    /// The variable that sets this where nothing else does.
    package var environmentVariable: String? {
        switch self {
        case .host: "PGHOST"
        case .hostaddr: "PGHOSTADDR"
        case .port: "PGPORT"
        case .dbname: "PGDATABASE"
        case .user: "PGUSER"
        case .password: "PGPASSWORD"
        case .passfile: "PGPASSFILE"
        case .options: "PGOPTIONS"
        case .connectTimeout: "PGCONNECT_TIMEOUT"
        case .applicationName: "PGAPPNAME"
        case .clientEncoding: "PGCLIENTENCODING"
        case .service: "PGSERVICE"
        case .servicefile: "PGSERVICEFILE"
        case .sslmode: "PGSSLMODE"
        case .sslnegotiation: "PGSSLNEGOTIATION"
        case .sslrootcert: "PGSSLROOTCERT"
        case .sslcert: "PGSSLCERT"
        case .sslkey: "PGSSLKEY"
        case .sslcertmode: "PGSSLCERTMODE"
        case .sslcrl: "PGSSLCRL"
        case .sslcrldir: "PGSSLCRLDIR"
        case .sslsni: "PGSSLSNI"
        case .sslMinProtocolVersion: "PGSSLMINPROTOCOLVERSION"
        case .sslMaxProtocolVersion: "PGSSLMAXPROTOCOLVERSION"
        case .channelBinding: "PGCHANNELBINDING"
        case .requireAuth: "PGREQUIREAUTH"
        case .requirepeer: "PGREQUIREPEER"
        case .gssencmode: "PGGSSENCMODE"
        case .targetSessionAttrs: "PGTARGETSESSIONATTRS"
        case .loadBalanceHosts: "PGLOADBALANCEHOSTS"
        case .minProtocolVersion: "PGMINPROTOCOLVERSION"
        case .maxProtocolVersion: "PGMAXPROTOCOLVERSION"
        case .fallbackApplicationName, .sslpassword, .keepalives, .keepalivesIdle, .keepalivesInterval,
            .keepalivesCount, .tcpUserTimeout, .sslcompression, .krbsrvname, .gsslib, .gssdelegation, .sslkeylogfile,
            .replication, .scramClientKey, .scramServerKey, .oauthIssuer, .oauthClientID, .oauthClientSecret,
            .oauthScope:
            nil
        }
    }
}
