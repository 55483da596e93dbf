import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Behind a transaction pooler nobody can listen, and whoever tries is told before anything is left there.
    @Suite struct ListenPoolers {
        private static func refused<R>(_ reason: String, _ body: () async throws -> R) async throws {
            let error = try await failure(of: body)
            guard case .usage(let text) = error else { throw error }
            #expect(text.hasPrefix("LISTEN needs one server process for as long as the connection lasts, and behind "))
            #expect(text.contains(reason), "\(text)")
        }

        @Test func knownBeforehand() async throws {
            // Nothing is connected to.
            var configuration = Connection.Configuration(host: "192.0.2.1", port: 6543, user: "u", tls: .disabled)
            try await Self.refused("port 6543 is that of Supabase's transaction pooler") {
                try await Connection.listen(to: ["a"], configuration) { _ in }
            }
            configuration.endpoints[0].port = 5432
            configuration.poolerMode = .transaction
            try await Self.refused("the configuration says so") {
                try await Connection.listen(to: ["a"], configuration) { _ in }
            }
        }

        @Test func foundOut() async throws {
            let configuration = try await LiveServer.pgBouncer.configuration
            let reason = "the process that answers is not the one that was connected to"
            try await Self.refused(reason) { try await Connection.listen(to: ["a"], configuration) { _ in } }
            try await Connection.withConnection(configuration) { db in
                for _ in 0..<2 { try await Self.refused(reason) { try await db.listen(to: ["a"]) { _ in } } }
                #expect(db.poolerMode.kind == .transaction)
                #expect(try await db.fetchAll("SELECT pg_listening_channels()", as: String.self) == [])
                try await db.notify("a", "through the pooler")
            }
        }

        @Test func aPoolerOfSessions() async throws {
            var options = LocalPgBouncer.Options()
            options.poolMode = .session
            let pooler = try await LocalPgBouncer.start(inFrontOf: LiveServers.postgres15.value, options)
            var configuration = try Connection.Configuration(pooler.connectionURI)
            try await Self.refused("poolerMode to session") {
                try await Connection.listen(to: ["a"], configuration) { _ in }
            }
            configuration.poolerMode = .session
            try await Connection.listen(to: ["a"], configuration) { notifications in
                try await Connection.withConnection(LiveServer.postgres15.configuration) {
                    try await $0.notify("a", "x")
                }
                #expect(try await notifications.payloads(1) == ["x"])
            }
            await pooler.stop()
        }
    }
}
