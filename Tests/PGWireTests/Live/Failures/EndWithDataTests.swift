import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A server that is killed says something and ends at once, so that both come as one event, which may be told only once.
    @Suite struct EndsWithData {
        /// Many on one thread, so that it comes late to each of them.
        @Test func areNoticed() async throws {
            let servers = try (0..<40).map { _ in
                try ScriptedServer([.trust, .receiveBatch, .send(.parseComplete, .bindComplete), .close])
            }
            defer { for server in servers { server.stop() } }
            let executor = try SocketExecutor()
            try await withTaskExecutorPreference(executor) {
                try await withThrowingTaskGroup { group in
                    for server in servers {
                        group.addTask {
                            let configuration = Connection.Configuration(
                                host: "127.0.0.1", port: server.port, user: "scribe", password: "", tls: .disabled)
                            let db = try await Connection.connect(configuration)
                            let error = await #expect(throws: PostgresError.self) {
                                try await db.execute("SELECT", timeout: .seconds(10))
                            }
                            let said = try "\(#require(error))"
                            #expect(said.contains("the server closed the connection"))
                            await db.close()
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
