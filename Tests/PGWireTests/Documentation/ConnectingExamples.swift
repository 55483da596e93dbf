import PGWire

/// What Documentation/Connecting.md shows.
enum ConnectingExamples {
    static func configurations(anyCharacters: String) throws -> [Connection.Configuration] {
        // shown: begin
        let fromURI = try Connection.Configuration(
            "postgres://scribe@db.example.com/scribe?sslmode=verify-full&sslrootcert=ca.pem")
        let fromText = try Connection.Configuration(
            "host=db.example.com user=scribe password='p@ss w\\'rd' sslmode=verify-full")
        var separate = Connection.Configuration(
            host: "db.example.com", user: "scribe", password: anyCharacters, database: "scribe")
        separate.tls = .init(mode: .verifyFull, trustRoots: .file("ca.pem"))
        separate.connectTimeout = .seconds(10)  // name resolution, TCP, TLS and authentication together
        separate.statementTimeout = .seconds(30)  // enforced by the server, at no extra round trip
        // shown: end
        return [fromURI, fromText, separate]
    }

    static func environment() throws -> [Connection.Configuration] {
        // shown: begin
        let likePsql = try Connection.Configuration.fromEnvironment()
        let withDefaults = try Connection.Configuration("postgres:///scribe", environment: .process)
        let forTests = try Connection.Configuration("user=scribe", environment: .init(["PGHOST": "db.example.com"]))
        // shown: end
        return [likePsql, withDefaults, forTests]
    }

    static func fromUsers(_ text: String) throws -> Connection.Configuration {
        // shown: begin
        let theirs = try Connection.Configuration(text, allowing: .fromUsers)
        // shown: end
        return theirs
    }

    static func observed(
        _ configuration: Connection.Configuration, print: @escaping @Sendable (String) -> Void
    ) async throws {
        var configuration = configuration
        // shown: begin
        let start = ContinuousClock.now
        configuration.observer = EventObserver { event in
            if case .connecting(let step) = event { print("\(start.duration(to: .now)): \(step)") }
        }
        // shown: end
        try await Connection.withConnection(configuration) { _ in }
    }

    static func fastStart(_ configuration: Connection.Configuration) async throws -> Int {
        var configuration = configuration
        // shown: begin
        configuration.tls.negotiation = .direct  // PostgreSQL 17 and newer
        configuration.eagerStart = true  // PostgreSQL itself and no pooler, its certificate verified
        // shown: end
        return try await Connection.withConnection(configuration) { db in
            try await db.fetchOne("SELECT 1", as: Int.self)
        }
    }

    static func severalServers() throws -> [Connection.Configuration] {
        // shown: begin
        let writing = try Connection.Configuration(
            "postgres://scribe@db1,db2,db3/scribe?target_session_attrs=read-write&connect_timeout=10")
        let reading = try Connection.Configuration(
            "postgres://scribe@db1,db2,db3/scribe?target_session_attrs=prefer-standby&load_balance_hosts=random")
        // shown: end
        return [writing, reading]
    }

    static func pool(_ configuration: Connection.Configuration) async throws -> Int {
        // shown: begin
        let pool = ConnectionPool(configuration, .init(maximumConnections: 20))
        let count = try await pool.withConnection { db in
            try await db.fetchOne("SELECT count(*) FROM player", as: Int.self)
        }
        await pool.drain(within: .seconds(10))  // waits for those in use, then cuts them
        // shown: end
        return count
    }

    static func hooks(
        _ configuration: Connection.Configuration, _ byTeam: PreparedStatement<Int64>
    ) async throws -> ConnectionPool {
        // shown: begin
        var hooks = ConnectionPool.Hooks()
        hooks.statements = ["SET search_path = app, public", "SET work_mem = '32MB'"]
        hooks.afterConnecting = { db in try await db.prepare(byTeam) }
        // False has the connection closed, and another one opened.
        hooks.beforeLending = { db in try await db.parameter("in_hot_standby") != "on" }
        var options = ConnectionPool.Options(maximumConnections: 20)
        options.acquireTimeout = .seconds(5)
        options.maximumLifetime = .seconds(1800)
        let pool = ConnectionPool(configuration, options, hooks: hooks)
        try await pool.warmUp()  // so that a server finds out when it starts whether it can connect
        // shown: end
        return pool
    }

    static func resetPool(_ configuration: Connection.Configuration) async throws -> String {
        // shown: begin
        var options = ConnectionPool.Options(maximumConnections: 20)
        options.reset = .discardAll  // DISCARD ALL whenever a connection is given back
        let pool = ConnectionPool(configuration, options)
        // shown: end
        try await pool.withConnection { db in _ = try await db.execute("SET work_mem = '77MB'") }
        let setting = try await pool.withConnection { db in try await db.fetchOne("SHOW work_mem", as: String.self) }
        await pool.drain(within: .seconds(10))
        return setting
    }

    static func nullPool(_ configuration: Connection.Configuration) async throws -> String? {
        // shown: begin
        let pool = NullPool(configuration, maximumConnections: 10)
        let name = try await pool.withConnection { db in
            try await db.fetchOptional("SELECT name FROM player WHERE id = \(1)", as: String?.self)
        }
        // shown: end
        return name ?? nil
    }

    static func changingPassword(
        _ configuration: Connection.Configuration,
        _ makeToken: @escaping @Sendable (_ user: String, _ host: String) async throws -> Secret
    ) async throws -> Int {
        @Sendable func token(for user: String, at host: String) async throws -> Secret {
            try await makeToken(user, host)
        }
        var configuration = configuration
        // shown: begin
        configuration.passwordProvider = { request in
            try await token(for: request.user, at: request.endpoint.host)
        }
        // shown: end
        return try await one(configuration)
    }

    static func oauth(
        _ configuration: Connection.Configuration,
        _ runFlow: @escaping @Sendable (_ discovery: String, _ scope: String) async throws -> Secret
    ) -> Connection.Configuration {
        @Sendable func deviceFlow(_ discovery: String, scope: String) async throws -> Secret {
            try await runFlow(discovery, scope)
        }
        var configuration = configuration
        // shown: begin
        configuration.oauth.issuer = "https://issuer.example.com"
        configuration.oauth.tokenProvider = { request in
            guard let discovery = request.discoveryURL else { return nil }  // asks the server
            return try await deviceFlow(discovery, scope: request.scope ?? "openid")
        }
        // shown: end
        return configuration
    }

    static func ownSocket(
        _ configuration: Connection.Configuration,
        _ openTunnel: @escaping @Sendable (_ host: String, _ port: UInt16) async throws -> CInt
    ) async throws -> Int {
        @Sendable func tunnel(to host: String, _ port: UInt16) async throws -> CInt {
            try await openTunnel(host, port)
        }
        var configuration = configuration
        // shown: begin
        configuration.socketProvider = { endpoint in
            try await tunnel(to: endpoint.host, endpoint.port)  // a connected socket, which PGWire closes
        }
        // shown: end
        return try await one(configuration)
    }

    static func newProtocol(_ configuration: Connection.Configuration) async throws -> Int {
        var configuration = configuration
        // shown: begin
        configuration.maximumProtocolVersion = .latest  // max_protocol_version=latest
        // shown: end
        return try await one(configuration)
    }

    private static func one(_ configuration: Connection.Configuration) async throws -> Int {
        try await Connection.withConnection(configuration) { db in try await db.fetchOne("SELECT 1", as: Int.self) }
    }
}
