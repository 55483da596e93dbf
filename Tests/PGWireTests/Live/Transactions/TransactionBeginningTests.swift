import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What comes between a transaction and its BEGIN.
    @Suite struct TransactionBeginnings {
        /// BEGIN has gone through when its cancellation comes: the transaction is not left open.
        @Test(arguments: [LiveServer.postgres17, .postgres18], [TransactionSettings(), ["app.x": "1"]])
        func cancelledWhileItBegins(_ server: LiveServer, _ settings: TransactionSettings) async throws {
            let configuration = try await server.configuration
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                try await Connection.withConnection(proxy.redirect(configuration)) { db in
                    let process = try await db.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
                    // The answer takes its time.
                    proxy.faults.toClient.latency = .milliseconds(300)
                    let task = Task { try await db.transaction(settings: settings) { _ in Issue.record("it began") } }
                    try await server.observed { observer in
                        let isOpen: SQL = """
                            SELECT state = 'idle in transaction' FROM pg_stat_activity WHERE pid = \(process)
                            """
                        try await observer.wait(for: isOpen)
                        task.cancel()
                        await #expect(throws: CancellationError.self) { try await task.value }
                        #expect(try await observer.fetchOne(isOpen, as: Bool.self) == false)
                    }
                    proxy.faults.toClient.latency = .zero
                    try await db.execute("VACUUM pg_class")
                }
            }
        }
    }
}
