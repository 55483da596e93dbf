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
        configuration.connectionObserver = { step in print("\(start.duration(to: .now)): \(step)") }
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

    static func nullPool(_ configuration: Connection.Configuration) async throws -> String? {
        // shown: begin
        let pool = NullPool(configuration, maximumConnections: 10)
        let name = try await pool.withConnection { db in
            try await db.fetchOptional("SELECT name FROM player WHERE id = \(1)", as: String?.self)
        }
        // shown: end
        return name ?? nil
    }
}
