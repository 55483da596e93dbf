import LocalPostgres
import PGWire
import Testing

/// A primary and its hot standby, by streaming replication.
struct ServerPair: Sendable {
    let primary: LocalPostgres
    let standby: LocalPostgres

    /// - Parameter isSynchronous: whether a commit is answered only when the standby has it.
    static func start(_ major: Int, isSynchronous: Bool = false) async throws -> ServerPair {
        var options = LocalPostgres.Options()
        options.major = major
        // Both have one configuration, and so the same TLS.
        options.tls = .off
        options.settings["synchronous_commit"] = "on"
        let primary = try await LocalPostgres.start(options)
        options.primary = primary
        let pair = ServerPair(primary: primary, standby: try await LocalPostgres.start(options))
        if isSynchronous {
            try await Connection.withConnection(Connection.Configuration(primary.connectionURI)) { db in
                try await db.wait(for: "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'")
                try await db.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                try await db.execute("SELECT pg_reload_conf()")
                try await db.wait(for: "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
            }
        }
        return pair
    }

    func stop() async {
        await standby.stop()
        await primary.stop()
    }

    /// A connection string for these servers, in this order.
    static func uri(_ ports: [Int], of server: LocalPostgres, _ parameters: String) -> String {
        let hosts = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        return "postgres://\(server.user):\(server.password)@\(hosts)/\(server.database)?sslmode=disable&\(parameters)"
    }

    func configuration(_ servers: [LocalPostgres], _ parameters: String) throws -> Connection.Configuration {
        try Connection.Configuration(Self.uri(servers.map(\.port), of: primary, parameters))
    }

    /// The port of the server that a connection leads to.
    func port(_ configuration: Connection.Configuration) async throws -> Int {
        try await Connection.withConnection(configuration) { Int($0.endpoint.port) }
    }
}
