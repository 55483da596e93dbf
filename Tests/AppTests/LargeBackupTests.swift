import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaReports
import PGWire
import ScribeApp
import Synchronization
import Testing
import TestSupport

/// A million emails through the transaction pooler, in constant memory, while others write.
@Suite(.timeLimit(.minutes(5))) struct LargeBackupTests {
    private static let users = 1000
    #if DEBUG
    private static let ordinary = 100_000
    #else
    private static let ordinary = 1_000_000
    #endif
    /// `SCRIBE_TEST_EMAILS` asks for another number.
    private static let emails =
        ProcessInfo.processInfo.environment["SCRIBE_TEST_EMAILS"].flatMap { Int($0) } ?? ordinary
    /// What a process may take, however many rows there are.
    private static let memoryLimit = 64 << 20

    @Test func aMillionEmailsWhileOthersWrite() async throws {
        try await BackupSite.with { site in
            let clock = ContinuousClock()
            let source = try await site.makeDatabase()
            let setup = try await clock.measure { try await fill(source, site) }
            let writers = try Writers(site, source)
            try await writers.areAtWork()
            let before = writers.count
            let backup = try await run(["db", "backup", "big.sql"], source, site)
            let written = writers.count - before
            try await writers.stop()
            #expect(written > 0)

            let restored = try await site.makeDatabase()
            let restore = try await run(["db", "restore", "big.sql"], restored, site)
            let byPsql = try await site.makeDatabase()
            let psql = try await clock.measure {
                try await site.cluster.restoreByPsql("\(site.directory)/big.sql", into: byPsql)
            }
            let sums = try await checksums(restored, site)
            #expect(sums.count == 5)
            #expect(try await checksums(byPsql, site) == sums)
            #expect(
                try await site.cluster.dump(restored, "--schema-only") == site.cluster.dump(source, "--schema-only"))
            for database in [restored, byPsql] {
                #expect(try await violations(database, site) == 0)
                #expect(try await count(database, site) >= Self.emails)
            }
            // Writers went on after the moment that was kept, so the source is ahead of it.
            #expect(try await checksums(source, site) != sums)
            #expect(backup.memory < Self.memoryLimit && restore.memory < Self.memoryLimit)
            print(
                """
                LargeBackupTests: \(Self.emails) emails, \(try site.size("big.sql")) bytes; set up in \(setup), backup \
                \(backup), restore \(restore), psql \(psql); \(written) transactions committed meanwhile
                """)
        }
    }

    /// `generation_count` is the number of a user's emails, as the writers keep it.
    /// A row is nothing that must fit in.
    @Test func aLongRowIsRestoredInPieces() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                "CREATE TABLE a (t text); INSERT INTO a SELECT repeat('abcdefghij', 8000000)")
            try await site.succeed(source, "backup", "a.sql")
            let target = try await site.makeDatabase()
            let restore = try await run(["db", "restore", "a.sql"], target, site)
            #expect(restore.memory < Self.memoryLimit, "\(restore)")
            let isEqual = try await Connection.withConnection(site.configuration(target)) { db in
                try await db.fetchOne("SELECT t = repeat('abcdefghij', 8000000) FROM a", as: Bool.self)
            }
            #expect(isEqual)
        }
    }

    private func fill(_ database: String, _ site: BackupSite) async throws {
        let outcome = try await ScribeProcess.run(["migrate", "upgrade"], site.settings(database))
        #expect(outcome.status == 0, "\(outcome.problems)")
        try await Connection.withConnection(site.configuration(database)) { db in
            // Indexes are faster made at once.
            let indexes = try await db.fetchAll(
                "SELECT indexname::text, indexdef FROM pg_indexes WHERE tablename = 'emails' AND indexname LIKE 'ix_%'",
                as: (String, String).self)
            for (name, _) in indexes { try await db.execute("DROP INDEX \(identifier: name)") }
            try await db.execute(
                """
                INSERT INTO users (id, email, generation_count, template_count)
                SELECT gen_random_uuid(), 'user' || i || '@example.org', \(Self.emails / Self.users), 0
                FROM generate_series(1, \(Self.users)) i
                """)
            try await db.execute(
                """
                INSERT INTO emails (id, user_id, recipient_name, recipient_interest, email_message, template_type,
                    is_confident)
                SELECT gen_random_uuid(), u.id, 'Professor ' || i, E'graphs,\\tcodes \\\\ ' || i,
                    E'Dear Professor,\\n\\nI read your paper no. ' || i || E'.\\n\\\\.\\nYours', 'research', i % 2 = 0
                FROM users u, generate_series(1, \(Self.emails / Self.users)) i
                """)
            for (_, definition) in indexes { try await db.execute(script: definition) }
        }
    }

    /// How long a process took and the most memory it had.
    private struct Run: CustomStringConvertible {
        let time: Duration
        let memory: Int

        var description: String { "in \(time) with at most \(memory >> 20) MiB" }
    }

    private func run(_ arguments: [String], _ database: String, _ site: BackupSite) async throws -> Run {
        let start = ContinuousClock.now
        let process = try ScribeProcess(arguments + ["--quiet"], site.settings(database), in: site.directory)
        let end = Task { await process.outcome }
        let watch = Task {
            // The mark only rises, so the last look before the end is what counts.
            var most = 0
            while !Task.isCancelled {
                most = max(most, process.peakMemory ?? 0)
                try? await Task.sleep(for: .milliseconds(20))
            }
            return most
        }
        let outcome = await end.value
        watch.cancel()
        #expect(outcome.status == 0, "\(arguments): \(outcome.problems)")
        let memory = await watch.value
        #expect(memory > 0)
        return Run(time: .now - start, memory: memory)
    }

    /// A number for each table that tells its rows from any others, in any order.
    private func checksums(_ database: String, _ site: BackupSite) async throws -> [String: String] {
        try await Connection.withConnection(site.configuration(database)) { db in
            var sums: [String: String] = [:]
            let tables = try await db.fetchAll(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", as: String.self)
            for table in tables {
                sums[table] = try await db.fetchOne(
                    """
                    SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)
                    FROM \(identifier: table) t
                    """, as: String.self)
            }
            return sums
        }
    }

    /// How many users' counts are not that of their emails.
    private func violations(_ database: String, _ site: BackupSite) async throws -> Int {
        try await Connection.withConnection(site.configuration(database)) { db in
            try await db.fetchOne(
                """
                SELECT count(*)::int FROM users u LEFT JOIN
                    (SELECT user_id, count(*) AS n FROM emails GROUP BY user_id) e ON e.user_id = u.id
                WHERE u.generation_count <> coalesce(e.n, 0)
                """, as: Int.self)
        }
    }

    private func count(_ database: String, _ site: BackupSite) async throws -> Int {
        try await Connection.withConnection(site.configuration(database)) { db in
            try await db.fetchOne("SELECT count(*)::int FROM emails", as: Int.self)
        }
    }
}

/// Sessions that each add emails and count them, in one transaction, until they are stopped.
private final class Writers: Sendable {
    private let counter = Counter()
    private let tasks: [Task<Void, any Error>]

    private final class Counter: Sendable {
        let value = Atomic(0)
        let isOver = Atomic(false)
    }

    init(_ site: BackupSite, _ database: String) throws {
        let configuration = site.pooled(database)
        tasks = (0..<3).map { [counter] _ in
            Task {
                try await Connection.withConnection(configuration) { db in
                    while !counter.isOver.load(ordering: .relaxed) {
                        try await db.transaction(retries: 5) { tx in
                            let user = try await tx.fetchOne(
                                "SELECT id::text FROM users OFFSET floor(random() * 1000) LIMIT 1", as: String.self)
                            // The email first and the count later, or the other way round.
                            let email: SQL = """
                                INSERT INTO emails (id, user_id, recipient_name, recipient_interest, email_message,
                                    template_type, is_confident)
                                VALUES (gen_random_uuid(), \(user)::uuid, 'late', '', '', 'book', false)
                                """
                            let count: SQL =
                                "UPDATE users SET generation_count = generation_count + 1 WHERE id = \(user)::uuid"
                            let isEmailFirst = Bool.random()
                            try await tx.execute(isEmailFirst ? email : count)
                            try await tx.execute(isEmailFirst ? count : email)
                        }
                        counter.value.add(1, ordering: .relaxed)
                    }
                }
            }
        }
    }

    var count: Int { counter.value.load(ordering: .relaxed) }

    func areAtWork() async throws { try await eventually { count > 0 } }

    func stop() async throws {
        counter.isOver.store(true, ordering: .relaxed)
        for task in tasks { try await task.value }
    }
}
