import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// What becomes of a revision outside a transaction that was begun and did not come to its end.
@Suite(.timeLimit(.minutes(2))) struct InterruptedStepTests {
    private let cluster: LocalPostgres
    private let database: Connection.Configuration

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        database = try await cluster.makeDatabase()
    }

    /// `first` in a transaction, and `second` with these statements outside one.
    private func graph(_ up: [String], _ down: [String] = ["SELECT 1"]) throws -> RevisionGraph {
        func statements(_ texts: [String]) -> [Revision.Statement] {
            texts.enumerated().map { .init(text: $1, line: 7 + $0) }
        }
        return try RevisionGraph(
            [
                Revision(
                    id: "first", downRevisions: [], title: "first", file: "1.sql",
                    up: statements(["CREATE TABLE t (a integer)"]), down: statements(["DROP TABLE t"])),
                Revision(
                    id: "second", downRevisions: ["first"], title: "second", file: "2.sql", isTransactional: false,
                    up: statements(up), down: statements(down)),
            ], versionTable: .scribe)
    }

    private func migrator(_ up: [String], _ down: [String] = ["SELECT 1"]) throws -> Migrator {
        Migrator(configuration: database, graph: try graph(up, down))
    }

    private func failure(
        _ migrator: Migrator, _ direction: MigrationPlan.Direction = .upgrade, to target: String = "head"
    ) async -> String {
        do {
            try await migrator.run(direction, to: target)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func rows() async throws -> [Int] {
        try await Connection.withConnection(database) {
            try await $0.fetchAll("SELECT a FROM t ORDER BY 1", as: Int.self)
        }
    }

    private func execute(_ script: String) async throws {
        _ = try await Connection.withConnection(database) { try await $0.execute(script: script) }
    }

    @Test func whatIsNotDoneYetMayBeMended() async throws {
        let text = await failure(try migrator(["INSERT INTO t VALUES (1)", "SELECT nonsense"]))
        #expect(text.contains("line 8 failed"), "\(text)")
        try await migrator(["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)"]).run(.upgrade, to: "head")
        #expect(try await rows() == [1, 2])
    }

    @Test func whatIsDoneMayNotBecomeSomethingElse() async throws {
        _ = await failure(try migrator(["INSERT INTO t VALUES (1)", "SELECT nonsense"]))
        for up in [["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (2)"], []] {
            let text = await failure(try migrator(up))
            #expect(text.contains("behind the first statement, and 2.sql says something else"), "\(text)")
        }
        #expect(try await rows() == [1])
        // Whoever has put it right says so.
        try await execute("DELETE FROM t")
        try await migrator([]).stamp("first")
        try await migrator(["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (2)"]).run(.upgrade, to: "head")
        #expect(try await rows() == [2, 3])
    }

    /// The record is a comment, in which anything may stand.
    @Test(arguments: ["-1", "7", "9223372036854775807"]) func aSpoiltRecordIsNotCountedOn(done: String) async throws {
        let up = ["INSERT INTO t VALUES (1)", "SELECT nonsense"]
        _ = await failure(try migrator(up))
        let comment = try await Connection.withConnection(database) {
            try await $0.fetchOne("SELECT obj_description('alembic_version'::regclass)", as: String.self)
        }
        // Seven statements have the checksum of the two that there are.
        let sum = Revision.checksum(of: done == "7" ? try graph(up).revisions[1].up[...] : [])
        let spoilt = comment.replacing(#""done":1"#, with: #""done":\#(done)"#)
            .replacing(Revision.checksum(of: try graph(up).revisions[1].up.prefix(1)), with: sum)
        #expect(spoilt.contains(sum))
        #expect(spoilt.contains(done))
        try await execute("COMMENT ON TABLE alembic_version IS '\(spoilt)'")
        let text = await failure(try migrator(up))
        #expect(text.contains("says something else"), "\(text)")
    }

    @Test func nothingElseIsDoneMeanwhile() async throws {
        let up = ["INSERT INTO t VALUES (1)", "SELECT 1 / (SELECT count(*) FROM t WHERE a = 5)"]
        let migrator = try migrator(up, ["DELETE FROM t", "SELECT 1 / (SELECT count(*) FROM t)"])
        _ = await failure(migrator)
        let back = await failure(migrator, .downgrade, to: "base")
        #expect(back.contains("an earlier upgrade was interrupted in second, 1 statement of it done"), "\(back)")
        try await execute("INSERT INTO t VALUES (5)")
        try await migrator.run(.upgrade, to: "head")
        // And the other way round: half taken back it is not at the head, whatever the version says.
        _ = await failure(migrator, .downgrade, to: "base")
        let warnings = Warnings()
        _ = try await Migrator(configuration: database, graph: migrator.graph, report: warnings.add).run(
            .upgrade, to: "head")
        #expect(warnings.texts.contains { $0.contains("second is half done: its downgrade was interrupted") })
        try await execute("INSERT INTO t VALUES (5)")
        try await migrator.run(.downgrade, to: "base")
        #expect(try await migrator.current() == [])
    }

    @Test func whereProgressCannotBeKeptNothingIsBegun() async throws {
        let other = try await database.asRoleWithoutTheVersionTable()
        let index = "CREATE INDEX CONCURRENTLY i ON t (a)"
        let text = await failure(Migrator(configuration: other, graph: try graph([index, "INSERT INTO t VALUES (1)"])))
        #expect(text.contains("nothing of it was begun") && text.contains("2.sql line 8"), "\(text)")
        #expect(try await rows() == [])
        // An index can be seen.
        try await Migrator(configuration: other, graph: try graph([index])).run(.upgrade, to: "head")
    }

    @Test func anIndexMustHaveAName() async throws {
        let text = await failure(try migrator(["INSERT INTO t VALUES (1)", "CREATE INDEX CONCURRENTLY ON t (a)"]))
        #expect(text.contains("2.sql line 8 creates an index without a name"), "\(text)")
        #expect(try await rows() == [])
    }

    @Test func whatCommitsByItselfRunsByItself() async throws {
        let block = "DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO t VALUES (i); COMMIT; END LOOP; END $$"
        let index = "CREATE /* while others write */ INDEX -- ;\n CONCURRENTLY i ON t (a)"
        try await migrator([block, index, "VACUUM t"]).run(.upgrade, to: "head")
        #expect(try await rows() == [1, 2, 3])
    }

    /// Behind a pooler the session cannot have the timeout, but a transaction can.
    @Test func aStatementInATransactionDoesNotQueueForLong() async throws {
        var migrator = try migrator(["ALTER TABLE t ADD COLUMN b integer"])
        try await migrator.run(.upgrade, to: "first")
        migrator.lockTimeout = .milliseconds(50)
        migrator.lockRetries = 0
        try await Connection.withConnection(database) { [migrator] db in
            try await db.transaction { tx in
                try await tx.execute("LOCK TABLE t IN ACCESS SHARE MODE")
                let text = await failure(migrator)
                #expect(text.contains("given up after 1 try"), "\(text)")
            }
        }
    }

    /// It idles while the index is built, and there are limits to that in poolers and networks.
    @Test func theConnectionWithTheLockMayBeLostMeanwhile() async throws {
        let migrator = try migrator(["CREATE INDEX CONCURRENTLY i ON t (a)"])
        try await migrator.run(.upgrade, to: "first")
        try await withThrowingTaskGroup(of: Int.self) { group in
            try await Connection.withConnection(database) { db in
                try await db.transaction { tx in
                    // It waits for this to end.
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    group.addTask { try await migrator.run(.upgrade, to: "head").count }
                    try await Connection.withConnection(database) { other in
                        try await eventually {
                            let ended = try await other.fetchAll(
                                """
                                SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity b ON b.query LIKE 'CREATE INDEX C%'
                                WHERE l.locktype = 'advisory' AND l.database = b.datid AND b.datname = current_database()
                                  AND b.wait_event_type = 'Lock'
                                """, as: Bool.self)
                            return ended == [true]
                        }
                    }
                }
            }
            let count = try await group.next()
            #expect(count == 1)
        }
        #expect(try await migrator.current() == ["second"])
    }

    @Test func aRolesTimeoutIsExplained() async throws {
        let role = "slow_\(UInt64.random(in: 0...UInt64.max))"
        try await execute(
            """
            CREATE ROLE \(role) LOGIN PASSWORD 'secret';
            ALTER ROLE \(role) SET statement_timeout = '300ms';
            GRANT CREATE, USAGE ON SCHEMA public TO \(role);
            """)
        var other = database
        other.user = role
        other.password = Secret("secret")
        // In a transaction it does not hold.
        let up = ["SELECT pg_sleep(0.4)", "DO $$ BEGIN COMMIT; PERFORM pg_sleep(9); END $$"]
        let text = await failure(Migrator(configuration: other, graph: try graph(up)))
        #expect(text.contains("2.sql line 8 failed") && text.contains("port 5432"), "\(text)")
    }

    @Test func settingsAreNotLeftWithAPooler() async throws {
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        var pooled = database
        pooled.endpoints = [Endpoint(host: "127.0.0.1", port: UInt16(pooler.port))]
        pooled.poolerMode = .transaction
        let warnings = Warnings()
        let graph = try graph(["SET work_mem = '77MB'", "INSERT INTO t VALUES (1)"])
        try await Migrator(configuration: pooled, graph: graph, report: warnings.add).run(.upgrade, to: "head")
        #expect(warnings.texts.count == 1)
        #expect(warnings.texts.first?.contains("2.sql line 7 is left out") == true)
        #expect(try await rows() == [1])
        try await Connection.withConnection(pooled) { db in
            let memory = try await db.fetchOne("SELECT current_setting('work_mem')", as: String.self)
            #expect(memory != "77MB")
        }
        await pooler.stop()
    }
}
