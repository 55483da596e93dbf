import PGWire
import Synchronization
import Testing

extension Live {
    /// What a pool does with its connections beside lending them, and what it says of who holds them.
    @Suite struct PoolHooks {
        private static func pool(
            _ server: LiveServer, _ maximum: Int = 2, _ change: (inout ConnectionPool.Options) -> Void = { _ in },
            _ set: (inout ConnectionPool.Hooks) -> Void
        ) async throws -> ConnectionPool {
            var options = ConnectionPool.Options(maximumConnections: maximum)
            change(&options)
            var hooks = ConnectionPool.Hooks()
            set(&hooks)
            return ConnectionPool(try await server.configuration, options, hooks: hooks)
        }

        private static let name: SQL = "SELECT current_setting('app.name', true)"

        @Test(arguments: LiveServer.direct, [ConnectionPool.Reset.nothing, .discardAll])
        func newConnections(_ server: LiveServer, _ reset: ConnectionPool.Reset) async throws {
            let count = Mutex(0)
            let pool = try await Self.pool(server) {
                $0.reset = reset
            } _: { hooks in
                hooks.statements = ["SET app.name = 'a'", "SET app.name = 'billing'"]
                hooks.afterConnecting = { db in
                    let name = try await db.fetchOne(Self.name, as: String.self)
                    #expect(name == "billing")
                    count.withLock { $0 += 1 }
                }
            }
            for _ in 1...3 {
                try await pool.withConnection { db in
                    let name = try await db.fetchOne(Self.name, as: String.self)
                    #expect(name == "billing")
                }
            }
            #expect(count.withLock { $0 } == 1 && pool.statistics.opened == 1)
            await pool.drain(within: .seconds(5))
        }

        @Test(arguments: LiveServer.allCases) func whatFails(_ server: LiveServer) async throws {
            struct Refused: Error {}
            let first = try await Self.pool(server, 1) { $0.statements = ["SELECT 1", "SELECT nothing"] }
            let error = try await serverFailure { try await first.withConnection { _ in } }
            #expect(error.sqlState == .undefinedColumn)
            let second = try await Self.pool(server, 1) { $0.afterConnecting = { _ in throw Refused() } }
            let third = try await Self.pool(server, 1) { $0.beforeLending = { _ in throw Refused() } }
            for pool in [second, third] {
                // The slot is free again.
                for _ in 1...3 { await #expect(throws: Refused.self) { try await pool.withConnection { _ in } } }
            }
            let fourth = try await Self.pool(server, 1) { $0.beforeLending = { _ in false } }
            try await expectFailure("the pool's hook beforeLending does not want a connection that is new") {
                try await fourth.withConnection { _ in }
            }
            for pool in [first, second, third, fourth] {
                #expect(pool.statistics.inUse == 0 && pool.statistics.idle == 0)
                await pool.drain(within: .seconds(5))
            }
        }

        /// In a transaction that a hook has left open, all that the borrower does would be rolled back in silence.
        @Test(arguments: LiveServer.direct) func whatTheyLeave(_ server: LiveServer) async throws {
            let pools = [
                "statements": try await Self.pool(server, 1) { $0.statements = ["BEGIN"] },
                "afterConnecting": try await Self.pool(server, 1) {
                    $0.afterConnecting = { db in
                        try await db.execute("BEGIN")
                        _ = try? await db.execute("SELECT 1/0")
                    }
                },
                "beforeLending": try await Self.pool(server, 1) {
                    $0.beforeLending = { db in
                        try await db.execute("BEGIN")
                        return true
                    }
                },
            ]
            for (hook, pool) in pools {
                try await expectFailure(
                    "the pool's hook \(hook) has left a transaction open, which would be rolled back with all that is done on the "
                        + "connection: end it, or leave BEGIN out"
                ) { try await pool.withConnection { _ in } }
                #expect(pool.statistics.inUse == 0 && pool.statistics.idle == 0 && pool.statistics.opening == 0)
                await pool.drain(within: .seconds(5))
            }
            let closing = try await Self.pool(server, 1) {
                $0.beforeLending = { db in
                    await db.close()
                    return true
                }
            }
            try await expectFailure("the pool's hook beforeLending has closed the connection that is to be lent") {
                try await closing.withConnection { _ in }
            }
            await closing.drain(within: .seconds(5))
        }

        /// A borrower that is cancelled is no reason to connect anew.
        @Test(arguments: LiveServer.direct) func theTaskIsCancelled(_ server: LiveServer) async throws {
            let pool = try await Self.pool(server, 1) {
                $0.reset = .discardAll
            } _: {
                $0.statements = ["SET app.name = 'billing'"]
            }
            for _ in 1...3 {
                let sleep: SQL = "SELECT pg_sleep(60) /* hooks, cancelled */"
                let task = Task { try await pool.withConnection { try await $0.execute(sleep) } }
                try await server.connected { try await $0.wait(for: .isRunning("hooks, cancelled")) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            let name = try await pool.withConnection { try await $0.fetchOne(Self.name, as: String.self) }
            #expect(name == "billing" && pool.statistics.opened == 1)
            await pool.drain(within: .seconds(5))
        }

        @Test(arguments: LiveServer.allCases) func beforeLending(_ server: LiveServer) async throws {
            let lent = Mutex(0)
            let pool = try await Self.pool(server, 1) { hooks in
                // Every third is not wanted.
                hooks.beforeLending = { _ in
                    lent.withLock {
                        $0 += 1; return $0 % 3 != 0
                    }
                }
            }
            for _ in 1...6 { try await pool.withConnection { try await $0.expectEcho(of: 1) } }
            let statistics = pool.statistics
            #expect(statistics.opened == 3 && statistics.closed[.broken] == 2)
            await pool.drain(within: .seconds(5))
        }

        @Test(arguments: LiveServer.allCases) func whoHoldsIt(_ server: LiveServer) async throws {
            let pool = try await Self.pool(server, 1, { $0.acquireTimeout = .milliseconds(50) }, { _ in })
            let line = #line + 1
            try await pool.withConnection { _ in
                do {
                    try await pool.withConnection { _ in }
                    Issue.record("nothing was thrown")
                } catch PostgresError.pool(let error) {
                    #expect(error.holders.map(\.place) == ["PGWireTests/PoolHookTests.swift:\(line)"])
                    #expect(error.description.contains("the longest for "), "\(error)")
                    #expect(error.description.contains("(PGWireTests/PoolHookTests.swift:\(line))"), "\(error)")
                }
            }
            await pool.drain(within: .seconds(5))
        }
    }
}
