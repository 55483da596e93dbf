import LocalPostgres
import PGSchemaCatalog
import PGSchemaLint
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// What is done to a database that somebody gives to try revisions on.
@Suite(.timeLimit(.minutes(2))) struct ScratchDatabaseTests {
    private let cluster: LocalPostgres
    private let configuration: Connection.Configuration

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 17)
        configuration = try await cluster.makeDatabase()
    }

    private var url: String { url(user: cluster.user, password: cluster.password, port: cluster.port) }

    private func url(user: String, password: String, port: Int, tls: String = "disable") -> String {
        "postgres://\(user):\(password)@127.0.0.1:\(port)/\(configuration.database ?? "")?sslmode=\(tls)"
    }

    private func run(_ script: String) async throws {
        _ = try await Connection.withConnection(configuration) { try await $0.execute(script: script) }
    }

    private func left() async throws -> [String] {
        try await Connection.withConnection(configuration) { db in
            try await Catalog.lines(db)
                + db.fetchAll(
                    """
                    SELECT extname::text FROM pg_extension UNION ALL SELECT pubname FROM pg_publication
                    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'pgschema_scratch' ORDER BY 1
                    """, as: String.self)
        }
    }

    @Test func allThatCameIsGoneAgain() async throws {
        try await run("CREATE EXTENSION citext")
        let before = try await left()
        try await ScratchDatabase.with(Connection.Configuration(url)) { configuration in
            _ = try await Connection.withConnection(configuration) { db in
                try await db.execute(
                    script: """
                        CREATE EXTENSION hstore; CREATE TABLE t (a citext, h hstore);
                        CREATE SCHEMA s; CREATE VIEW s.v AS SELECT 1; CREATE PUBLICATION p FOR TABLE t; CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)
                        """)
            }
        }
        #expect(try await left() == before)
    }

    @Test func whatAKilledRunHasLeftIsDroppedByTheNext() async throws {
        try await ScratchDatabase.with(Connection.Configuration(url)) { configuration in
            try await run("CREATE TABLE one ()")
            await #expect(throws: ScratchDatabase.Failure.self) {
                try await ScratchDatabase.with(Connection.Configuration(url)) { _ in Issue.record("it is in use") }
            }
            let mark = try await Connection.withConnection(configuration) { db in
                try await db.fetchOne("SELECT obj_description('pgschema_scratch'::regnamespace)", as: String.self)
            }
            #expect(mark == "plpgsql")
        }
        try await run(
            """
            CREATE SCHEMA pgschema_scratch; COMMENT ON SCHEMA pgschema_scratch IS 'plpgsql';
            CREATE TABLE left_behind (); CREATE EXTENSION hstore
            """)
        let found = try await ScratchDatabase.with(Connection.Configuration(url)) { _ in try await left() }
        #expect(found == ["pgschema_scratch", "plpgsql"])
        #expect(try await left() == ["plpgsql"])
    }

    @Test func aCancelledRunTidiesUp() async throws {
        let (url, configuration) = (url, configuration)
        let task = Task {
            try await ScratchDatabase.with(Connection.Configuration(url)) { configuration in
                try await Connection.withConnection(configuration) { db in
                    try await db.execute(script: "CREATE TABLE left_behind ()")
                    try await db.execute(script: "SELECT pg_sleep(100)")
                }
            }
        }
        let asleep: SQL = """
            SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = \(configuration.database ?? "")::text
                           AND wait_event = 'PgSleep')
            """
        try await Connection.withConnection(configuration) { db in
            while try await !db.fetchOne(asleep, as: Bool.self) { try await Task.sleep(for: .milliseconds(20)) }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await left() == ["plpgsql"])
    }

    @Test func aPoolerIsRefused() async throws {
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let url = "postgres://\(cluster.user)@127.0.0.1:\(pooler.port)/\(configuration.database ?? "")"
        let outcome = try await ScribeProcess.run(
            ["migrate", "lint", "head", "--scratch-url", url], ["SCRATCH_PASSWORD": cluster.password])
        await pooler.stop()
        #expect(outcome.status == 1)
        #expect(
            outcome.problems.hasPrefix("scribe-app: --scratch-url: there is a pooler between"), "\(outcome.problems)")
    }

    @Test func aRoleThatMayNotCreateIsToldSo() async throws {
        let role = "poor_\(configuration.database ?? "")"
        try await run("CREATE ROLE \(role) LOGIN PASSWORD 'x'")
        let failure = await #expect(throws: ScratchDatabase.Failure.self) {
            try await ScratchDatabase.with(Connection.Configuration(url(user: role, password: "x", port: cluster.port)))
            { _ in }
        }
        #expect(failure?.description.contains("give a database that the role owns") == true)
        try await run("DROP ROLE \(role)")
    }
}
