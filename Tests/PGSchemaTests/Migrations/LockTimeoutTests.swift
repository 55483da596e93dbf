import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import Synchronization
import Testing
import TestSupport

/// A migration that needs a table which somebody uses for long must not hold up everybody else behind it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LockTimeoutTests {
    private static let timeout = Duration.milliseconds(400)

    /// What several tasks see.
    private final class Seen: Sendable {
        let waits = Mutex(0)
        let longest = Mutex(Duration.zero)
        let isOver = Mutex(false)
    }

    @Test func othersAreNotBlockedLongerThanTheTimeout() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let scribe = try RevisionGraph.scribe()
        try await Migrator(configuration: database, graph: scribe).run(.upgrade, to: "head")
        let next = Revision(
            id: "aaaaaaaaaaaa", downRevisions: scribe.heads, title: "next", file: "0011_next.sql",
            up: [.init(text: "ALTER TABLE users ADD COLUMN next integer", line: 8)], down: [])
        let seen = Seen()
        let (tries, signal) = AsyncStream<Void>.makeStream()
        var migrator = Migrator(
            configuration: database, graph: try RevisionGraph(scribe.revisions + [next], versionTable: .scribe)
        ) { report in
            guard case .waiting = report else { return }
            seen.waits.withLock { $0 += 1 }
            signal.yield()
        }
        migrator.lockTimeout = Self.timeout
        migrator.firstPause = .milliseconds(200)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The long transaction ends after the migration has begun again three times.
            let (holding, held) = AsyncStream<Void>.makeStream()
            group.addTask {
                try await Connection.withConnection(database) { db in
                    try await db.transaction { tx in
                        _ = try await tx.fetchOne("SELECT count(*) FROM users", as: Int.self)
                        held.finish()
                        var count = 0
                        for await _ in tries {
                            count += 1
                            if count == 3 { break }
                        }
                    }
                }
            }
            for await _ in holding {}
            group.addTask { [migrator] in
                defer { seen.isOver.withLock { $0 = true } }
                try await migrator.run(.upgrade, to: "head")
            }
            for _ in 1...4 {
                group.addTask {
                    try await Connection.withConnection(database) { db in
                        while !seen.isOver.withLock({ $0 }) {
                            let start = ContinuousClock.now
                            _ = try await db.fetchOne("SELECT count(*) FROM users", as: Int.self)
                            let time = ContinuousClock.now - start
                            seen.longest.withLock { $0 = max($0, time) }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let time = seen.longest.withLock { $0 }
        print("others waited \(time) at most, lock timeout \(Self.timeout), \(seen.waits.withLock { $0 }) tries again")
        #expect(seen.waits.withLock { $0 } >= 3)
        // They did queue behind the migration, or this would show nothing; the rest is for a busy machine.
        #expect(time > Self.timeout * 0.5)
        #expect(time < Self.timeout + .milliseconds(300))
        #expect(try await migrator.current() == ["aaaaaaaaaaaa"])
    }

    @Test func whoIsInTheWayIsNamedInTheEnd() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        var migrator = Migrator(configuration: database, graph: try .scribe())
        try await migrator.run(.upgrade, to: "+5")
        migrator.lockTimeout = .milliseconds(50)
        migrator.lockRetries = 2
        migrator.firstPause = .milliseconds(10)
        let (text, process) = try await Connection.withConnection(database) { [migrator] db in
            try await db.transaction { tx in
                try await tx.execute("LOCK TABLE users IN ACCESS SHARE MODE")
                let process = try await tx.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
                do {
                    try await migrator.run(.upgrade, to: "head")
                    return ("no error", process)
                } catch {
                    return ("\(error)", process)
                }
            }
        }
        #expect(text.contains("given up after 3 tries"), "\(text)")
        #expect(text.contains("process \(process) of"), "\(text)")
        #expect(text.contains("--lock-timeout"), "\(text)")
        #expect(try await migrator.current() == ["fa538ab74d2b"])
    }
}
