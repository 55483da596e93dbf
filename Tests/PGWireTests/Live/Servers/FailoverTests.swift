import LocalPostgres
import PGWire
import Synchronization
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Live {
    /// The primary is killed and the standby takes over, under load.
    @Suite struct Failover {
        /// What the tasks were told of their transactions.
        private final class Ledger: Sendable {
            struct State {
                var next = 0
                var committed: [Int] = []
                var unknown: [Int] = []
                var failed: [Int] = []
                var firstAfter: ContinuousClock.Instant?
                var isTakenOver = false
                var isOver = false
            }

            let state = Mutex(State())
            var isOver: Bool { state.withLock { $0.isOver } }

            func next() -> Int {
                state.withLock { state in
                    state.next += 1
                    return state.next
                }
            }
        }

        @Test(arguments: [15, 17]) func everySuccessIsThereOnce(_ major: Int) async throws {
            let pair = try await ServerPair.start(major, isSynchronous: true)
            let (primary, standby) = (pair.primary, pair.standby)
            let writing = try pair.configuration(
                [primary, standby], "target_session_attrs=read-write&connect_timeout=5")
            try await Connection.withConnection(writing) {
                try await $0.execute("CREATE TABLE ledger (id int, task int)")
            }
            let pool = ConnectionPool(writing, .init(maximumConnections: 8))
            let readers = ConnectionPool(try pair.configuration([primary, standby], "target_session_attrs=standby"))
            try await readers.expectEcho(of: 7)
            let ledger = Ledger()
            var killed = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 { group.addTask { await Self.write(ledger, pool, task) } }
                defer { ledger.state.withLock { $0.isOver = true } }
                try await Task.sleep(for: .seconds(1))
                killed = .now
                ledger.state.withLock { $0.isTakenOver = true }
                #expect(kill(primary.processIdentifier, SIGKILL) == 0)
                try await Connection.withConnection(Connection.Configuration(standby.connectionURI)) { db in
                    let isPromoted = try await db.fetchOne("SELECT pg_promote(true, 60)", as: Bool.self)
                    #expect(isPromoted)
                }
                let deadline = ContinuousClock.now + .seconds(60)
                let before = ledger.state.withLock { $0.committed.count }
                while ledger.state.withLock({ $0.committed.count }) < before + 200 {
                    try #require(.now < deadline, "nothing is committed any more: \(pool.statistics)")
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            try await check(ledger, pool, killed, major)
            // A reader's connection was to a standby, which is none any more. The server says so with its next answer.
            try? await readers.withConnection { _ = try await $0.fetchOne("SELECT 7", as: Int.self) }
            let error = try await connectionFailure { try await readers.expectEcho(of: 7) }
            #expect(error.reason == .wrongServer || error.reason == .unreachable)
            await readers.close()
            await pool.close()
            await pair.stop()
        }

        private static func write(_ ledger: Ledger, _ pool: ConnectionPool, _ task: Int) async {
            while !ledger.isOver {
                let id = ledger.next()
                do {
                    try await pool.withConnection { db in
                        try await db.transaction { tx in
                            try await tx.execute("INSERT INTO ledger VALUES (\(id), \(task))")
                            _ = try await tx.fetchOne("SELECT count(*) FROM ledger WHERE id = \(id)", as: Int.self)
                        }
                    }
                    ledger.state.withLock { state in
                        state.committed.append(id)
                        if state.isTakenOver, state.firstAfter == nil, !state.failed.isEmpty { state.firstAfter = .now }
                    }
                } catch PostgresError.commitOutcomeUnknown {
                    ledger.state.withLock { $0.unknown.append(id) }
                } catch {
                    ledger.state.withLock { $0.failed.append(id) }
                    // Nobody hammers at a server that is about to start.
                    try? await Task.sleep(for: .milliseconds(10))
                }
            }
        }

        private func check(
            _ ledger: Ledger, _ pool: ConnectionPool, _ killed: ContinuousClock.Instant, _ major: Int
        ) async throws {
            let rows = try await pool.withConnection { db in
                try await db.fetchAll("SELECT id, count(*)::int FROM ledger GROUP BY id", as: (Int, Int).self)
            }
            let counts = Dictionary(uniqueKeysWithValues: rows)
            ledger.state.withLock { state in
                #expect(state.committed.filter { counts[$0] != 1 } == [], "told to be committed, and not there once")
                #expect(state.failed.filter { counts[$0] != nil } == [], "told to have failed, and there")
                #expect(state.unknown.allSatisfy { counts[$0] ?? 0 <= 1 })
                #expect(rows.count <= state.committed.count + state.unknown.count)
                let there = state.unknown.count { counts[$0] != nil }
                print(
                    "failover of PostgreSQL \(major): \(state.committed.count) committed, \(state.unknown.count) unknown (\(there) there), "
                        + "\(state.failed.count) failed; going on \(state.firstAfter.map { "\($0 - killed)" } ?? "never") after the kill"
                )
                #expect(state.firstAfter != nil)
            }
        }
    }
}
