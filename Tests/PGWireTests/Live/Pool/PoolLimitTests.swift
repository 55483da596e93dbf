import PGWire
import Synchronization
import Testing

extension Live {
    /// Where a pool's own bounds hold: waiting, draining, and what it takes a read-only refusal for.
    @Suite struct PoolLimits {
        /// A task that borrows a second connection while it has one would wait for itself for ever.
        @Test func aNullPoolGivesUp() async throws {
            let configuration = try await LiveServer.postgres17.configuration
            let pool = NullPool(configuration, maximumConnections: 1, acquireTimeout: .milliseconds(50))
            let error = try await failure {
                try await pool.withConnection { _ in try await pool.withConnection { _ in } }
            }
            guard case .pool(let refused) = error else { throw error }
            #expect(refused.reason == .timedOut && refused.inUse == 1 && error.isSafeToRetry)
            #expect(refused.description.contains("within 0.05 s, as 1 are in use already"), "\(refused)")
            let atOnce = NullPool(configuration, maximumConnections: 1, acquireTimeout: .zero)
            try await atOnce.withConnection { _ in
                let error = try await failure { try await atOnce.withConnection { _ in } }
                #expect("\(error)".contains("within 0"))
            }
            #expect(try await pool.withConnection { try await $0.fetchOne("SELECT 7", as: Int.self) } == 7)
        }

        /// Whoever borrows for a transaction is named as well.
        @Test func placesOfTransactions() async throws {
            var options = ConnectionPool.Options(maximumConnections: 1)
            options.acquireTimeout = .milliseconds(20)
            let pool = ConnectionPool(try await LiveServer.postgres17.configuration, options)
            let line = #line + 2
            let error = try await failure {
                try await pool.transaction { _ in try await pool.withConnection { _ in } }
            }
            guard case .pool(let refused) = error else { throw error }
            #expect(refused.holders.map(\.place) == ["PGWireTests/PoolLimitTests.swift:\(line)"])
            await pool.drain(within: .seconds(5))
        }

        /// A connection that hooks make ready is in nobody's hands yet, and is closed with the others.
        @Test func drainingEndsHooks() async throws {
            let (begun, begin) = AsyncStream<Void>.makeStream()
            var hooks = ConnectionPool.Hooks()
            hooks.afterConnecting = { db in
                begin.yield()
                try await db.execute("SELECT pg_sleep(60)", timeout: .zero)
            }
            let pool = ConnectionPool(try await LiveServer.postgres17.configuration, .init(), hooks: hooks)
            let borrower = Task { try await pool.withConnection { _ in } }
            for await _ in begun { break }
            let start = ContinuousClock.now
            #expect(await pool.drain(within: .milliseconds(100)) == 1)
            await #expect(throws: PostgresError.self) { try await borrower.value }
            #expect(start.duration(to: .now) < .seconds(5))
        }

        /// Whoever asks not to write is refused by every server: that is no reason to look for another one.
        @Test func aReadOnlyTransactionOfOnesOwn() async throws {
            var configuration = try await LiveServer.postgres17.configuration
            configuration.targetSession = .readWrite
            let pool = ConnectionPool(configuration, .init(maximumConnections: 1))
            for _ in 1...3 {
                let refused = try await serverFailure {
                    try await pool.transaction(readOnly: true) { tx in
                        try await tx.execute("CREATE TABLE never (id int)")
                    }
                }
                #expect(refused.sqlState == .readOnlySqlTransaction)
            }
            #expect(pool.statistics.opened == 1 && pool.statistics.closed[.wrongServer] == nil)
            await pool.drain(within: .seconds(5))
        }
    }
}
