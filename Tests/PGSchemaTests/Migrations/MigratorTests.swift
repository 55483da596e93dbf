import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import Synchronization
import Testing
import TestSupport

/// What a migration command does to a real database when things go wrong, or happen at once.
@Suite(.timeLimit(.minutes(2))) struct MigratorTests {
    private let configuration: Connection.Configuration
    private let graph: RevisionGraph

    init() async throws {
        configuration = try await TestServers.shared.cluster(major: 15).makeDatabase()
        graph = try .scribe()
    }

    private var migrator: Migrator { Migrator(configuration: configuration, graph: graph) }

    private func catalog() async throws -> [String] {
        try await Connection.withConnection(configuration) { try await Catalog.lines($0) }
    }

    private func execute(_ sql: SQL) async throws {
        _ = try await Connection.withConnection(configuration) { try await $0.execute(sql) }
    }

    private func failure(_ direction: MigrationPlan.Direction, to target: String, _ migrator: Migrator) async -> String
    {
        do {
            try await migrator.run(direction, to: target)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func aCommandThatFailsHalfWayLeavesNothing() async throws {
        let broken = Revision(
            id: "ffffffffffff", downRevisions: ["5afd87136a29"], title: "broken",
            file: "9999_broken.sql",
            up: [.init(text: "CREATE TABLE fine ()", line: 7), .init(text: "SELECT nonsense FROM users", line: 9)],
            down: [])
        let migrator = Migrator(
            configuration: configuration,
            graph: try RevisionGraph(Array(graph.revisions.prefix(2)) + [broken], versionTable: .scribe))
        let text = await failure(.upgrade, to: "head", migrator)
        #expect(try await catalog() == [])
        let step = "upgrade 5afd87136a29 -> ffffffffffff, broken"
        for part in [step, "9999_broken.sql line 9", "42703", "SELECT nonsense", "^"] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(text.contains("nothing was changed"))
    }

    @Test func rowsInEmailsStopRevisionTwoAndKeepRevisionOne() async throws {
        try await migrator.run(.upgrade, to: "+1")
        let before = try await catalog()
        try await execute(
            """
            WITH u AS (INSERT INTO users VALUES (gen_random_uuid(), 'a@example.com', NULL, 0) RETURNING id)
            INSERT INTO emails SELECT gen_random_uuid(), id, 'n', 'i', 'm' FROM u
            """)
        let text = await failure(.upgrade, to: "head", migrator)
        #expect(text.contains("0002_email_template_type.sql line 21"), "\(text)")
        #expect(text.contains("23502"), "\(text)")
        #expect(try await catalog() == before)
    }

    @Test func duplicateAddressesStopRevisionNine() async throws {
        try await migrator.run(.upgrade, to: "362b63af6741")
        for _ in 1...2 {
            try await execute(
                """
                INSERT INTO users (id, email, generation_count, template_count)
                VALUES (gen_random_uuid(), 'a@example.com', 0, 0)
                """)
        }
        #expect(await failure(.upgrade, to: "head", migrator).contains("users_email_key"))
        #expect(try await migrator.current() == ["362b63af6741"])
    }

    @Test func threeAtOnceAllSucceedAndOneDoesTheWork() async throws {
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...3 { group.addTask { [migrator] in try await migrator.run(.upgrade, to: "head").count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == [0, 0, 10])
        #expect(try await migrator.current() == ["bbddd04b993d"])
    }

    @Test func anUnknownVersionIsAnErrorForEveryCommand() async throws {
        try await migrator.run(.upgrade, to: "+1")
        try await execute("UPDATE alembic_version SET version_num = 'deadbeef0000'")
        for direction in [MigrationPlan.Direction.upgrade, .downgrade] {
            #expect(await failure(direction, to: "base", migrator).contains("deadbeef0000"))
        }
        await #expect(throws: MigrationError.self) { try await migrator.current() }
    }

    @Test func twoVersionsAreAnError() async throws {
        try await migrator.run(.upgrade, to: "+2")
        try await execute("INSERT INTO alembic_version VALUES ('4c1052b2c70b')")
        #expect(await failure(.upgrade, to: "head", migrator).contains("overlap"))
    }

    @Test func downToBaseOnAnEmptyDatabaseLeavesTheEmptyVersionTable() async throws {
        try await migrator.run(.downgrade, to: "base")
        #expect(try await catalog() == SchemaFacts.catalog(height: 0, cameDown: false, hadEnum: false))
    }

    @Test func tooFarDownLeavesNothingNotEvenTheVersionTable() async throws {
        #expect(await failure(.downgrade, to: "-1", migrator).contains("too far"))
        #expect(try await catalog() == [])
    }

    @Test func nothingToDoIsASuccess() async throws {
        try await migrator.run(.upgrade, to: "head")
        #expect(try await migrator.run(.upgrade, to: "head").isEmpty)
        #expect(try await migrator.run(.upgrade, to: "3494").isEmpty)
        #expect(try await migrator.run(.downgrade, to: "bbdd").isEmpty)
        #expect(try await migrator.current() == ["bbddd04b993d"])
    }

    @Test func aTableInUseIsNotWaitedForLong() async throws {
        try await migrator.run(.upgrade, to: "+5")
        var impatient = migrator
        impatient.lockTimeout = .milliseconds(100)
        impatient.lockRetries = 0
        let text = try await Connection.withConnection(configuration) { [impatient] db in
            try await db.transaction { tx in
                try await tx.execute("LOCK TABLE users IN ACCESS SHARE MODE")
                return await failure(.upgrade, to: "head", impatient)
            }
        }
        #expect(text.contains("55P03"), "\(text)")
        #expect(text.contains("--lock-timeout"), "\(text)")
        #expect(try await migrator.current() == ["fa538ab74d2b"])
    }

    /// What a file from pg_dump begins with: the version table must be found nevertheless, and a pooler's next client must
    /// not get it.
    @Test func settingsOfAStepEndWithIt() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        var pooled = configuration
        pooled.endpoints = [Endpoint(host: "127.0.0.1", port: UInt16(pooler.port))]
        pooled.poolerMode = .transaction
        let setting = Revision(
            id: "aaaaaaaaaaaa", downRevisions: [], title: "a", file: "a.sql",
            up: [
                .init(text: "SELECT pg_catalog.set_config('search_path', '', false)", line: 7),
                .init(text: "SET lock_timeout = '77s'", line: 8), .init(text: "CREATE TABLE public.a ()", line: 9),
            ], down: [])
        let next = Revision(
            id: "bbbbbbbbbbbb", downRevisions: ["aaaaaaaaaaaa"], title: "b", file: "b.sql",
            up: [.init(text: "CREATE TABLE b AS SELECT current_setting('lock_timeout')", line: 7)], down: [])
        let graph = try RevisionGraph([setting, next], versionTable: .scribe)
        try await Migrator(configuration: pooled, graph: graph).run(.upgrade, to: "head")
        try await Connection.withConnection(configuration) { db in
            let timeout = try await db.fetchOne("SELECT * FROM b", as: String.self)
            #expect(timeout == "2s")
        }
        try await Connection.withConnection(pooled) { db in
            let (path, timeout) = try await db.fetchOne(
                "SELECT current_setting('search_path'), current_setting('lock_timeout')", as: (String, String).self)
            #expect(path.contains("public"))
            #expect(timeout == "0")
        }
        await pooler.stop()
    }

    @Test func aMigrationThatLastsLocksOthersOut() async throws {
        var impatient = migrator
        impatient.advisoryLockTimeout = .milliseconds(100)
        let text = try await Connection.withConnection(configuration) { [impatient] db in
            try await db.transaction { tx in
                try await tx.execute("SELECT pg_advisory_xact_lock(\(VersionTable.scribe.lockKey))")
                return await failure(.upgrade, to: "head", impatient)
            }
        }
        #expect(text.contains("another migration"), "\(text)")
    }
}
