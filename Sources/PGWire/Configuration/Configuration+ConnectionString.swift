extension Connection.Configuration {
    /// A configuration from a connection string in libpq's formats: a URI, or keyword/value pairs (manual: "Connection
    /// Strings").
    ///
    /// ```swift
    /// let uri = try Connection.Configuration("postgres://scribe:p%40ss@db1,db2:5433/scribe?sslmode=verify-full&connect_timeout=5")
    /// let pairs = try Connection.Configuration("host=/run/postgresql user=scribe password='it\\'s secret' dbname=scribe")
    /// ```
    /// Text that begins with `postgres://` or `postgresql://` is a URI. The differences from libpq:
    ///
    /// - Only the text counts, and the files that it names (`service`, `passfile`): no `PG…` variables, no `.pgpass`. For
    ///   those use ``init(_:environment:)``. The default for `host` is `localhost` rather than a Unix socket; the one for
    ///   `user` is the operating system's user, as in libpq.
    /// - The default for `sslmode` is ``TLS/default(for:)``, the one for `sslrootcert` the system's trust store. With
    ///   a file, `require` checks the certificate as in libpq, whether or not the file exists.
    /// - `connect_timeout` covers all hosts and steps together. The default is that of ``connectTimeout``; 0 or less,
    ///   libpq's "no limit", becomes ``noConnectTimeout``.
    /// - A second `@` before the `?` of a URI is an error; libpq reads the rest of the password as the host.
    /// - `options` is sent unchanged; most poolers refuse it. `sslcompression`, `krbsrvname`, `gsslib`, `gssdelegation`
    ///   are accepted without effect. What PGWire does not support (such as `gssencmode=require`) is an error.
    /// - The first keepalive probe comes after a minute of silence; `keepalives_idle=0` stands for the system's default.
    /// - A revocation list (`sslcrl`) that cannot be read is an error when connecting. `sslcertmode=require` needs
    ///   `sslcert` and `sslkey`, which have no default.
    /// - A port that is none is an error at once, and so is a `client_encoding` other than UTF8.
    /// - Decoded text that is not UTF-8 is an error, and so are invalid values that libpq ignores, such as
    ///   `sslsni=maybe`.
    ///
    /// - Throws: ``ConfigurationError`` with all problems at once. It never contains a password, nor text that may be
    ///   part of one that was not percent-encoded or quoted as needed.
    public init(_ connectionString: String) throws(ConfigurationError) {
        try self.init(ConnectionParameters(connectionString))
    }

    /// A configuration from a connection string, and from environment variables and libpq's files where the string leaves
    /// something out: what psql would do with it in this environment, but for the differences at ``init(_:)`` and
    /// ``Environment``.
    ///
    /// ```swift
    /// let configuration = try Connection.Configuration("postgres:///scribe", environment: .process)
    /// ```
    /// A value of the string counts for more than one of the service (`service`, `PGSERVICE`), and that for more than a
    /// variable. The password is looked up in `passfile`, `PGPASSFILE` or `~/.pgpass` for each connection, see
    /// ``passwordFile``.
    ///
    /// - Throws: ``ConfigurationError`` with all problems at once, each with its source. It never contains a password.
    public init(_ connectionString: String, environment: Environment) throws(ConfigurationError) {
        try self.init(ConnectionParameters(connectionString), environment: environment)
    }

    /// No limit, as 100 years: libpq's `connect_timeout=0`.
    public static let noConnectTimeout = Duration.seconds(100 * 365 * 86_400)

    /// A configuration from parameters; what they leave out comes from the service that they or the environment name, then
    /// from the environment. `defaultUser` says who logs in where nobody is named; without it,
    /// somebody must be.
    package init(
        _ given: ConnectionParameters, environment: Environment? = nil,
        defaultUser: (() -> String?)? = { OperatingSystem.userName }
    ) throws(ConfigurationError) {
        var parameters = given.filled(from: given.service(environment))
        if let environment { parameters = parameters.filled(from: environment.parameters) }
        var reader = ParameterReader(parameters)
        let endpoints = reader.endpoints()
        let user = reader.text(.user) ?? defaultUser?()
        if user == nil, !reader.mayHaveMissedSome {
            reader.add(
                "there is no user: give it as postgres://user@host/… or user=…"
                    + (defaultUser == nil ? "" : "; the operating system has no name for the user of this process"))
        }
        self.init(host: "", user: user ?? "", tls: reader.tls(for: endpoints))
        self.endpoints = endpoints
        password = reader.secret(.password)
        database = reader.text(.dbname)
        // An empty application_name counts as given: libpq then sends none, not even the fallback.
        let name: ConnectionKeyword = reader.isGiven(.applicationName) ? .applicationName : .fallbackApplicationName
        if reader.isGiven(name) { applicationName = reader.text(name) ?? "" }
        if let seconds = reader.integer(.connectTimeout) {
            connectTimeout = seconds > 0 ? .seconds(seconds) : Self.noConnectTimeout
        }
        if let options = reader.text(.options) {
            startupParameters = [StartupParameter(name: "options", value: options)]
        }
        startupParameters += environment?.startupParameters ?? []
        passwordFile = reader.text(.passfile) ?? environment?.homeDirectory.map { "\($0)/.pgpass" }
        requiredPeer = reader.text(.requirepeer)
        tcp = reader.tcp()
        authentication = reader.authentication()
        if let binding = reader.choice(.channelBinding, AuthenticationPolicy.ChannelBinding.self) {
            authentication.channelBinding = binding
        }
        if authentication.channelBinding == .require, tls.mode == .disable {
            reader.add("channel_binding=require needs TLS: write another sslmode than disable")
        }
        targetSession = reader.choice(.targetSessionAttrs, TargetSession.self) ?? .any
        loadBalancing = reader.choice(.loadBalanceHosts, LoadBalancing.self) ?? .disable
        readLogin(&reader)
        reader.checkWhatIsFixed()
        guard reader.problems.isEmpty else { throw ConfigurationError(problems: reader.problems) }
    }
}

extension ParameterReader {
    /// The policy of `require_auth`.
    fileprivate mutating func authentication() -> AuthenticationPolicy {
        do throws(AuthenticationPolicy.InvalidRequireAuth) {
            return try AuthenticationPolicy(requireAuth: text(.requireAuth) ?? "")
        } catch {
            reject(.requireAuth, expected: error.expected)
            return AuthenticationPolicy()
        }
    }

    /// Checks the parameters of which PGWire supports only one value.
    fileprivate mutating func checkWhatIsFixed() {
        if let encoding = text(.clientEncoding), !["utf8", "utf-8", "unicode", "auto"].contains(encoding.lowercased()) {
            reject(.clientEncoding, expected: "UTF8, as Swift's strings are Unicode")
        }
    }
}

extension AuthenticationPolicy.InvalidRequireAuth {
    /// What is valid instead. Not the error's own description, as that quotes the value.
    fileprivate var expected: String {
        switch self {
        case .unknownMethod: "some of none, password, md5, scram-sha-256, gss, sspi, oauth with commas between"
        case .repeatedMethod: "each method once"
        case .mixedNegation: "\"!\" before all methods or before none"
        case .nothingSupported: "at least one of none, password, md5, scram-sha-256, oauth, which PGWire can do"
        }
    }
}
