import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Revisions whose statements run outside a transaction.
@Suite(.timeLimit(.minutes(4))) struct StandaloneStepTests {
    private let cluster: LocalPostgres
    private let database: Connection.Configuration

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        database = try await cluster.makeDatabase()
    }

    private static func file(_ id: String, after down: String, _ up: String, _ back: String, transaction: String)
        -> String
    {
        """
        -- revision: \(id)
        -- down_revision: \(down)
        -- created: 2026-02-01
        -- title: \(id)
        -- transaction: \(transaction)

        -- up

        \(up)

        -- down

        \(back)
        """
    }

    /// An index, a label and another index outside transactions, and a table between them that is in one.
    private static let files = [
        file(
            "one", after: "bbddd04b993d", "CREATE INDEX CONCURRENTLY ix_one ON emails (recipient_name);",
            "DROP INDEX CONCURRENTLY ix_one;", transaction: "none"),
        file("two", after: "one", "CREATE TABLE two (a integer);", "DROP TABLE two;", transaction: "one"),
        file(
            "three", after: "two",
            """
            INSERT INTO two VALUES (3);
            ALTER TYPE template_type_enum ADD VALUE 'it''s new';
            CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Ix Three" ON public.two (a);
            VACUUM (ANALYZE) two;
            """,
            """
            DROP INDEX CONCURRENTLY public."Ix Three";
            DELETE FROM two;
            """, transaction: "none"),
    ]

    private func graph(_ files: [String] = files) throws -> RevisionGraph {
        let more = try files.enumerated().map { try RevisionFile.parse($1, name: "\(11 + $0).sql") }
        return try RevisionGraph(try RevisionGraph.scribe().revisions + more, versionTable: .scribe)
    }

    /// The rows of `two`, the indexes made here that are valid, and the labels.
    private func state() async throws -> String {
        try await Connection.withConnection(database) { db in
            let hasTable = try await db.fetchOne("SELECT to_regclass('two') IS NOT NULL", as: Bool.self)
            let rows = hasTable ? try await db.fetchOne("SELECT count(*) FROM two", as: Int.self) : -1
            let indexes = try await db.fetchAll(
                """
                SELECT relname::text || CASE WHEN indisvalid THEN '' ELSE ' invalid' END
                FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname IN ('ix_one', 'Ix Three') ORDER BY 1
                """, as: String.self)
            let labels = try await db.fetchOne(
                "SELECT array_length(enum_range(NULL::template_type_enum), 1)", as: Int.self)
            return "rows \(rows), \(indexes.joined(separator: ", ")), labels \(labels)"
        }
    }

    @Test func upAndDownThroughATransactionPooler() async throws {
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        var pooled = database
        pooled.endpoints = [Endpoint(host: "127.0.0.1", port: UInt16(pooler.port))]
        pooled.poolerMode = .transaction
        let migrator = Migrator(configuration: pooled, graph: try graph())
        #expect(try await migrator.run(.upgrade, to: "head").count == 13)
        #expect(try await state() == "rows 1, Ix Three, ix_one, labels 4")
        #expect(try await migrator.current() == ["three"])
        #expect(try await migrator.run(.downgrade, to: "two").count == 1)
        #expect(try await state() == "rows 0, ix_one, labels 4")
        // The label is there already.
        #expect(try await migrator.run(.upgrade, to: "head").count == 1)
        #expect(try await state() == "rows 1, Ix Three, ix_one, labels 4")
        #expect(try await migrator.run(.downgrade, to: "base").count == 13)
        await pooler.stop()
    }

    /// What is not told apart by its words is by the server's answer.
    @Test func whatTheServerRefusesInATransactionRunsOutside() async throws {
        let files = [
            Self.file(
                "parts", after: "bbddd04b993d",
                """
                CREATE TABLE parts (a int) PARTITION BY RANGE (a);
                CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9);
                """, "DROP TABLE part, parts;", transaction: "one"),
            Self.file(
                "detached", after: "parts", "ALTER TABLE parts DETACH PARTITION part CONCURRENTLY;",
                "ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (0) TO (9);", transaction: "none"),
        ]
        let migrator = Migrator(configuration: database, graph: try graph(files))
        try await migrator.run(.upgrade, to: "head")
        #expect(try await isPartition("part") == false)
        try await migrator.run(.downgrade, to: "parts")
        #expect(try await isPartition("part") == true)
    }

    private func isPartition(_ table: String) async throws -> Bool {
        try await Connection.withConnection(database) { db in
            try await db.fetchOne("SELECT relispartition FROM pg_class WHERE relname = \(table)::name", as: Bool.self)
        }
    }

    @Test func itGoesOnWhereItFailed() async throws {
        let migrator = Migrator(configuration: database, graph: try graph())
        try await migrator.run(.upgrade, to: "two")
        try await execute("INSERT INTO two VALUES (3)")
        do {
            try await migrator.run(.upgrade, to: "head")
            Issue.record("two rows of one value, and a unique index")
        } catch {
            #expect("\(error)".contains("13.sql line 11 failed"), "\(error)")
            #expect("\(error)".contains("goes on from here"), "\(error)")
        }
        #expect(try await migrator.current() == ["two"])
        #expect(try await state() == "rows 2, Ix Three invalid, ix_one, labels 4")
        try await execute("DELETE FROM two WHERE ctid = '(0,1)'")
        try await migrator.run(.upgrade, to: "head")
        // Nothing was inserted a second time, and the index is whole.
        #expect(try await state() == "rows 1, Ix Three, ix_one, labels 4")
        #expect(try await migrator.current() == ["three"])
    }

    @Test func whatWasDoneButNotWrittenDownIsNotDoneAgain() async throws {
        let migrator = Migrator(configuration: database, graph: try graph())
        try await migrator.run(.upgrade, to: "bbdd")
        try await execute("CREATE INDEX ix_one ON emails (recipient_name)")
        func index() async throws -> Int64 {
            try await Connection.withConnection(database) { db in
                try await db.fetchOne("SELECT 'ix_one'::regclass::oid::int8", as: Int64.self)
            }
        }
        let before = try await index()
        try await migrator.run(.upgrade, to: "one")
        #expect(try await index() == before)
    }

    /// Were they waiting inside a statement, CREATE INDEX CONCURRENTLY would wait for their snapshots, and they for it.
    @Test func migratorsThatWaitDoNotHoldItUp() async throws {
        let migrator = Migrator(configuration: database, graph: try graph())
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...8 { group.addTask { try await migrator.run(.upgrade, to: "head").count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Between two transactions another may go on.
        #expect(counts.reduce(0, +) == 13, "\(counts)")
        #expect(try await state() == "rows 1, Ix Three, ix_one, labels 4")
    }

    @Test func aLockThatIsNotToBeHadIsTriedForAgain() async throws {
        try await Migrator(configuration: database, graph: try graph()).run(.upgrade, to: "bbdd")
        let (tries, signal) = AsyncStream<Void>.makeStream()
        var migrator = Migrator(configuration: database, graph: try graph()) { report in
            if case .waiting(let text) = report, text.hasPrefix("A lock") { signal.yield() }
        }
        migrator.ownsSession = true
        migrator.lockTimeout = .milliseconds(50)
        migrator.firstPause = .milliseconds(10)
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await Connection.withConnection(database) { [migrator] db in
                try await db.transaction { tx in
                    try await tx.execute("LOCK TABLE emails IN SHARE UPDATE EXCLUSIVE MODE")
                    group.addTask {
                        defer { signal.finish() }
                        try await migrator.run(.upgrade, to: "one")
                    }
                    for await _ in tries.prefix(2) {}
                }
            }
            try await group.waitForAll()
        }
        #expect(try await migrator.current() == ["one"])
        #expect(try await state() == "rows -1, ix_one, labels 3")
    }

    @Test func killedAnywhereTheNextRunFinishesIt() async throws {
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let settings = database.settings(port: pooler.port)
        try await withTemporaryDirectory { directory in
            let files = RevisionGraph.files.map { ($0.name, $0.bytes) }
            for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(directory)/\(name)")) }
            for (index, text) in Self.files.enumerated() {
                try Data(text.utf8).write(to: URL(filePath: "\(directory)/00\(11 + index)_x.sql"))
            }
            func arguments(_ isUp: Bool) -> [String] {
                ["migrate", isUp ? "upgrade" : "downgrade", isUp ? "head" : "bbddd04b993d", "--directory", directory]
            }
            func finish(_ isUp: Bool) async throws {
                let outcome = try await ScribeProcess.run(arguments(isUp), settings)
                #expect(outcome.status == 0, "\(outcome.problems)")
                #expect(
                    try await state() == (isUp ? "rows 1, Ix Three, ix_one, labels 4" : "rows -1, , labels 4"))
            }
            let start = ContinuousClock.now
            try await finish(true)
            let whole = ContinuousClock.now - start
            for round in 1...20 {
                let isUp = round % 2 == 0
                let process = try ScribeProcess(arguments(isUp), settings)
                try await Task.sleep(for: whole * Double.random(in: 0.2...1))
                process.send(SIGKILL)
                _ = await process.outcome
                try await finish(isUp)
            }
        }
        await pooler.stop()
    }

    private func execute(_ script: String) async throws {
        _ = try await Connection.withConnection(database) { try await $0.execute(script: script) }
    }
}
