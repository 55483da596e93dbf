import Dispatch
import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// `--sql`: the script must do in psql's stead what the migrator does.
@Suite(.timeLimit(.minutes(2))) struct MigrationScriptTests {
    private let cluster: LocalPostgres
    private let database: Connection.Configuration
    private let graph: RevisionGraph

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        database = try await cluster.makeDatabase()
        graph = try .scribe()
    }

    private func run(_ script: String) async throws {
        _ = try await Connection.withConnection(database) { try await $0.execute(script: script) }
    }

    private func expect(_ height: Int, cameDown: Bool, hadEnum: Bool) async throws {
        let found = try await Connection.withConnection(database) { try await Catalog.lines($0) }
        #expect(found == SchemaFacts.catalog(height: height, cameDown: cameDown, hadEnum: hadEnum))
    }

    @Test func everyRevisionUpAndDown() async throws {
        for height in 1...10 {
            let range = "\(height == 1 ? "base" : graph.revisions[height - 2].id):\(graph.revisions[height - 1].id)"
            try await run(try MigrationScript(.upgrade, range: range, in: graph).text())
            try await expect(height, cameDown: false, hadEnum: false)
        }
        for height in (0...9).reversed() {
            let range = "\(graph.revisions[height].id):\(height == 0 ? "base" : graph.revisions[height - 1].id)"
            try await run(try MigrationScript(.downgrade, range: range, in: graph).text())
            try await expect(height, cameDown: true, hadEnum: true)
        }
        try await run(try MigrationScript(.upgrade, range: "head", in: graph).text())
        try await expect(10, cameDown: false, hadEnum: true)
        #expect(try await Migrator(configuration: database, graph: graph).current() == ["bbddd04b993d"])
    }

    @Test func aDatabaseThatIsElsewhereIsLeftAlone() async throws {
        try await Migrator(configuration: database, graph: graph).run(.upgrade, to: "+2")
        for range in ["head", "9f24:head", "5afd87136a29:3494"] {
            let script = try MigrationScript(.upgrade, range: range, in: graph).text()
            if range.hasPrefix("5afd") {
                try await run(script)
                continue
            }
            await #expect(throws: PostgresError.self) { try await run(script) }
            try await expect(2, cameDown: false, hadEnum: false)
        }
        try await expect(4, cameDown: false, hadEnum: false)
    }

    @Test func stepsOutsideATransactionStandBetweenTransactions() throws {
        func revision(_ id: String, after: String?, isTransactional: Bool, _ up: String) -> Revision {
            Revision(
                id: id, downRevisions: after.map { [$0] } ?? [], title: id, file: id, isTransactional: isTransactional,
                up: [.init(text: up, line: 1)], down: [])
        }
        let graph = try RevisionGraph(
            [
                revision("a", after: nil, isTransactional: true, "CREATE TABLE t (a int)"),
                revision("b", after: "a", isTransactional: false, "CREATE INDEX CONCURRENTLY i ON t (a)"),
                revision("c", after: "b", isTransactional: true, "DROP TABLE t"),
            ], versionTable: .scribe)
        let lines = try MigrationScript(.upgrade, range: "head", in: graph).text().split(separator: "\n")
        let marks = lines.filter { ["BEGIN;", "COMMIT;"].contains($0) || $0.hasPrefix("CREATE INDEX") }
        #expect(marks == ["BEGIN;", "COMMIT;", "CREATE INDEX CONCURRENTLY i ON t (a);", "BEGIN;", "COMMIT;"])
    }

    /// Whoever runs it, often a superuser, runs no code of somebody who may create in `public`.
    @Test(arguments: [
        """
        CREATE VIEW alembic_version AS SELECT trap()::varchar(32) AS version_num
        """,
        """
        CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
        CREATE FUNCTION spring() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap(); RETURN NEW; END $$;
        CREATE TRIGGER spring BEFORE INSERT ON alembic_version FOR EACH ROW EXECUTE FUNCTION spring()
        """,
    ])
    func aStrangersVersionTableIsNotTouched(_ trap: String) async throws {
        let role = "mallory_\(UInt64.random(in: 0...UInt64.max))"
        try await run("CREATE ROLE \(role); GRANT CREATE ON SCHEMA public TO \(role)")
        try await run(
            """
            SET ROLE \(role);
            CREATE FUNCTION trap() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'sprung'; END $$;
            \(trap)
            """)
        let script = try MigrationScript(.upgrade, range: "head", in: graph).text()
        do {
            try await run(script)
            Issue.record("it ran")
        } catch PostgresError.server(let error) {
            #expect(error.message.contains("belongs to a role that is not trusted"), "\(error)")
        }
    }

    @Test func psqlReadsItAsTheMigratorDoes() async throws {
        let text = """
            -- revision: a
            -- down_revision: base
            -- created: 2026-01-01
            -- title: it's \\ a title
            -- transaction: TRANSACTION
            -- up
            SET search_path = pg_catalog;
            CREATE TABLE public.a (b text DEFAULT ';') -- why;
            ;
            INSERT INTO public.a VALUES (E'\\';'), ($$;$$) /* ; */
            """
        for transaction in ["one", "none"] {
            let database = try await cluster.makeDatabase()
            let file = text.replacing("TRANSACTION", with: transaction)
            let graph = try RevisionGraph([try RevisionFile.parse(file, name: "a.sql")], versionTable: .scribe)
            let script = try MigrationScript(.upgrade, range: "head", in: graph).text()
            try await withTemporaryDirectory { directory in
                try Data(script.utf8).write(to: URL(filePath: "\(directory)/a.sql"))
                try await cluster.restoreByPsql("\(directory)/a.sql", into: database.database ?? "")
            }
            try await Connection.withConnection(database) { db in
                let (rows, version) = try await db.fetchOne(
                    "SELECT (SELECT count(*) FROM a), version_num FROM alembic_version", as: (Int, String).self)
                #expect(rows == 2)
                #expect(version == "a")
            }
        }
    }

    @Test func aRangeDownwardNeedsBothEnds() {
        #expect(throws: MigrationError.self) { try MigrationScript(.downgrade, range: "-1", in: graph) }
    }
}
