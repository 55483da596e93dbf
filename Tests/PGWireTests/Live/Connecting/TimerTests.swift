import PGWire
import Testing

extension Live {
    /// The timers of connections.
    @Suite struct ConnectionTimers {
        /// That of connecting would last ten minutes, and goes with its connection. Others, of tests at the same time, are fewer.
        @Test func closedConnectionsLeaveNone() async throws {
            var configuration = try await LiveServer.postgres18.configuration
            configuration.connectTimeout = .seconds(600)
            for _ in 0..<1_200 { try await Connection.withConnection(configuration) { _ in } }
            let count = try Poller.shared().timerCount
            #expect(count < 600, "\(count) timers")
        }
    }
}
