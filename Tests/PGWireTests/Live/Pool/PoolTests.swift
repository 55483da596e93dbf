import PGWire
import Testing

extension Live {
    /// A fresh connection for each use, and never more than so many.
    @Suite struct Pool {
        @Test(arguments: LiveServer.allCases) func keepsItsBound(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            let name = "pool_\(UInt32.random(in: 0 ... .max))"
            configuration.applicationName = name
            let pool = NullPool(configuration, maximumConnections: 3)
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask { try await Self.countConnections(pool, name) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.count == 12)
            #expect((counts.max() ?? 0) <= 3)
            #expect((counts.max() ?? 0) >= 2, "nothing ran at the same time, so nothing was shown")
        }

        /// How many connections of the pool the server sees, while this one and maybe others are in use.
        private static func countConnections(_ pool: NullPool, _ name: String) async throws -> Int {
            try await pool.withConnection { db in
                try await db.transaction { tx in
                    try await tx.execute("SELECT pg_sleep(0.03)")
                    return try await tx.fetchOne(
                        """
                        SELECT count(*) FROM pg_stat_activity
                        WHERE application_name = \(name) AND xact_start IS NOT NULL
                        """, as: Int.self)
                }
            }
        }

        @Test(arguments: [LiveServer.postgres17, .pgBouncer]) func servesInTurn(_ server: LiveServer) async throws {
            let pool = try await NullPool(server.configuration, maximumConnections: 1)
            let gate = Gate()
            let order = Log<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.withConnection { _ in await gate.wait() } }
                // However this ends, or the one that waits would be waited for without end.
                defer { gate.open() }
                try await gate.waitUntilSomebodyWaits()
                for index in 0..<8 {
                    group.addTask {
                        try await pool.withConnection { db in
                            order.append(index)
                            try await db.execute("SELECT 1")
                        }
                    }
                    try await eventually("all wait") { pool.waiterCount > index }
                }
                // One that gives up in between is not missed.
                let waiter = Task { try await pool.withConnection { _ in order.append(99) } }
                try await eventually("it waits") { pool.waiterCount == 9 }
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
                #expect(pool.waiterCount == 8)
                gate.open()
                try await group.waitForAll()
            }
            #expect(order.all == Array(0..<8))
            #expect(try await pool.withConnection { try await $0.fetchOne("SELECT 1", as: Int.self) } == 1)
        }

        /// Each waiter hears its own connection's error, and no place is lost by one.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func errorsReachTheWaiter(_ server: LiveServer)
            async throws
        {
            var configuration = try await server.configuration
            configuration.password = Secret("wrong")
            let pool = NullPool(configuration, maximumConnections: 2)
            for _ in 0..<5 {
                let error = try await serverFailure { try await pool.withConnection { _ in } }
                #expect(error.isFatal)
            }
            let good = try await NullPool(server.configuration, maximumConnections: 1)
            for _ in 0..<3 {
                await #expect(throws: Stop.self) { try await good.withConnection { _ in throw Stop() } }
            }
            #expect(good.waiterCount == 0)
            #expect(try await good.withConnection { try await $0.fetchOne("SELECT 1", as: Int.self) } == 1)
        }
    }
}
