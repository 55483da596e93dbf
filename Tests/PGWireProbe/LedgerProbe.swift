import PGWire
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Tasks that write transactions by a pool while servers come and go, and what they were told of each.
///
/// At the end the table is read: what was reported as committed must be there once, and what was reported as failed must not.
final class LedgerProbe: Sendable {
    private struct State {
        var next = 0
        var committed: [Int] = []
        var unknown: [Int] = []
        var failed: [Int] = []
        var reasons: [String: Int] = [:]
        var lastCommit = ContinuousClock.now
        var isOver = false
    }

    private let pool: ConnectionPool
    private let state = Mutex(State())
    private let start = ContinuousClock.now

    init(_ configuration: Connection.Configuration) {
        pool = ConnectionPool(configuration, .init(maximumConnections: 8))
    }

    /// Whether all was as it was told.
    func run(for duration: Duration) async throws -> Bool {
        try await pool.withConnection { db in
            try await db.execute(script: "DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (id int, task int)")
        }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 { group.addTask { await self.write(task) } }
            try? await Task.sleep(for: duration)
            state.withLock { $0.isOver = true }
        }
        return try await check()
    }

    private func write(_ task: Int) async {
        while let id = next() {
            do {
                try await pool.withConnection { db in
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO ledger VALUES (\(id), \(task))")
                        _ = try await tx.fetchOne("SELECT count(*) FROM ledger WHERE id = \(id)", as: Int.self)
                    }
                }
                noteCommit(id)
            } catch PostgresError.commitOutcomeUnknown {
                state.withLock { $0.unknown.append(id) }
            } catch {
                state.withLock { state in
                    state.failed.append(id)
                    state.reasons[Self.kind(error), default: 0] += 1
                }
                // Nobody hammers at a server that is about to start.
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func next() -> Int? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            state.next += 1
            return state.next
        }
    }

    /// Says how long there was none, where that was long.
    private func noteCommit(_ id: Int) {
        let now = ContinuousClock.now
        let (pause, isLong) = state.withLock { state in
            state.committed.append(id)
            let pause = now - state.lastCommit
            state.lastCommit = now
            return (pause, pause > .milliseconds(500))
        }
        if isLong { say("at \(Self.seconds(now - start)): nothing was committed for \(Self.seconds(pause))") }
    }

    /// At once, also into a pipe.
    private func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    private static func seconds(_ duration: Duration) -> String {
        "\((duration / .milliseconds(100)).rounded() / 10) s"
    }

    private static func kind(_ error: any Error) -> String {
        switch error as? PostgresError {
        case .server(let error)?: "\(error.sqlState.rawValue) \(error.message)"
        case .connection(let error)?: "\(error.reason) while \(error.phase.rawValue)"
        default: "\(error)"
        }
    }

    private func check() async throws -> Bool {
        let rows = try await pool.withConnection { db in
            try await db.fetchAll("SELECT id, count(*)::int FROM ledger GROUP BY id", as: (Int, Int).self)
        }
        let counts = Dictionary(uniqueKeysWithValues: rows)
        return state.withLock { state in
            let missing = state.committed.filter { counts[$0] != 1 }
            let unexpected = state.failed.filter { counts[$0] != nil }
            let twice = state.unknown.filter { counts[$0] ?? 0 > 1 }
            print("committed \(state.committed.count), of which not there once: \(missing.count)")
            print("unknown \(state.unknown.count), of which there: \(state.unknown.count { counts[$0] != nil })")
            print("failed \(state.failed.count), of which there: \(unexpected.count)")
            for (reason, count) in state.reasons.sorted(by: { $0.value > $1.value }) {
                print("    \(count) × \(reason)")
            }
            print("closed by the pool: \(pool.statistics.closed)")
            return missing.isEmpty && unexpected.isEmpty && twice.isEmpty && !state.committed.isEmpty
        }
    }
}
