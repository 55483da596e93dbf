import PGSchemaLint
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// What only the server can tell of a revision, and what its statements are together, up and down.
@Suite(.timeLimit(.minutes(2))) struct LinterWaysTests {
    private let configuration: Connection.Configuration

    init() async throws { configuration = try await TestServers.shared.cluster(major: 17).makeDatabase() }

    private func report(
        _ up: String, down: String = "CREATE TABLE t ()", setup: String = "", header: [String] = [],
        isTransactional: Bool = true
    ) async throws -> LintReport {
        let setup = Revision.of("setup", after: nil, up: LintPattern.base + setup, down: "DROP SCHEMA public CASCADE")
        let revision = Revision.of(
            "next", after: "setup", up: up, down: down, isTransactional: isTransactional, header: header)
        let linter = Linter(scratch: configuration, graph: try RevisionGraph([setup, revision]))
        return try await linter.report { $0.id == "next" }
    }

    private func found(_ report: LintReport) -> [String] {
        report.revisions.flatMap(\.findings).map { "\($0.level) \($0.rule.rawValue) \($0.detail)" }
    }

    @Test(arguments: [
        (
            "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN code', 'items'); END $$",
            "error drop-column items.code"
        ),
        ("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE owners'; SELECT f()", "error drop-table owners"),
        ("DROP SCHEMA public CASCADE; CREATE SCHEMA public", "error drop-table items"),
        ("DROP TYPE mood CASCADE", "error drop-column days.mood"),
        ("ALTER TABLE days RENAME mood TO temper; SELECT 1", "error rename-column days.mood to temper"),
        ("CREATE SCHEMA old; ALTER TABLE owners SET SCHEMA old", "error rename-table owners to old.owners"),
        ("ALTER TABLE items DROP COLUMN code CASCADE", "warning drop-cascade items.code"),
        ("ALTER TABLE owners DROP CONSTRAINT owners_pkey CASCADE", "warning drop-cascade owners.owners_pkey"),
        ("ALTER TABLE items ADD COLUMN n int DEFAULT 1 CHECK (n > 0)", "error check-without-not-valid items.n"),
        ("ALTER SYSTEM SET work_mem = '5MB'", "error concurrently-in-transaction ALTER SYSTEM cannot run inside"),
    ])
    func whatTheServerDidIsFound(up: String, finding: String) async throws {
        let report = try await report(
            up, down: "CREATE SCHEMA IF NOT EXISTS t",
            setup: "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE days (id int, mood mood)")
        #expect(found(report).contains { $0.hasPrefix(finding) }, "\(found(report))")
    }

    @Test func whatIsInItsPlaceInTheEndIsNotMissed() async throws {
        let report = try await report(
            """
            ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('good', 'bad'); DROP TYPE mood_old;
            ALTER TABLE items DROP COLUMN IF EXISTS nothing; TRUNCATE owners CASCADE;
            """, down: "SELECT 1; CREATE TABLE t ()", setup: "CREATE TYPE mood AS ENUM ('good', 'bad')")
        #expect(
            found(report) == [
                "warning type-residue mood", "error truncate owners", "warning several-tables-locked items, owners",
            ])
    }

    @Test func slowWorkUnderALockIsFound() async throws {
        let function = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        let trigger = "CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION f();"
        let blocked = try await report(
            function + trigger + "UPDATE items SET code = 'x' WHERE name IS NULL OR price > 0")
        #expect(found(blocked) == ["warning backfill-under-lock SHARE ROW EXCLUSIVE on items"])
        #expect(blocked.lines.contains("  until it commits nobody writes items"))

        let block = try await report(
            "ALTER TABLE items ADD x int; DO $$ BEGIN UPDATE items SET x = 1 WHERE x IS NULL; END $$")
        #expect(found(block) == ["warning backfill-under-lock ACCESS EXCLUSIVE on items"])

        let other = try await report("ALTER TABLE items ADD x int; SELECT count(*) FROM owners")
        #expect(found(other) == ["error scan-under-lock owners, under ACCESS EXCLUSIVE on items"])
        let byKey = try await report("ALTER TABLE items ADD x int; SELECT name FROM owners WHERE id = 1")
        #expect(found(byKey).isEmpty)
    }

    @Test func aSequenceThatIsLockedIsReported() async throws {
        let setup = "CREATE SEQUENCE free; ALTER TABLE items ALTER id ADD GENERATED ALWAYS AS IDENTITY"
        let report = try await report("ALTER SEQUENCE free RESTART; TRUNCATE items RESTART IDENTITY", setup: setup)
        let locks = report.revisions[0].up.statements.map { $0.facts.locks.map { "\($0.table) \($0.mode)" } }
        #expect(locks == [["free SHARE ROW EXCLUSIVE"], ["items ACCESS EXCLUSIVE"]])
        #expect(report.lines.contains { $0.contains("free: SHARE ROW EXCLUSIVE, blocks nextval") })
        #expect(report.revisions[0].up.statements[0].facts.rewritten.isEmpty)
    }

    /// What fails for duplicates leaves an index that is not valid in the way of the second try.
    @Test func aConcurrentIndexThatFailsOnRowsIsANotice() async throws {
        let report = try await report(
            "CREATE UNIQUE INDEX CONCURRENTLY flagged ON items (code)",
            down: "DROP INDEX CONCURRENTLY flagged",
            setup: "ALTER TABLE items DROP COLUMN code; ALTER TABLE items ADD code boolean",
            isTransactional: false)
        #expect(found(report).count == 1)
        #expect(found(report).first?.hasPrefix("notice fails-on-rows could not create unique index") == true)
    }

    @Test func theWayDownIsJudgedByItsLocks() async throws {
        let report = try await report(
            "CREATE TABLE parts (id int PRIMARY KEY, name text); CREATE INDEX parts_name ON parts (name);",
            down: """
                DROP INDEX parts_name; DROP TABLE parts;
                DROP INDEX items_name;
                ALTER TABLE items DROP COLUMN code;
                ALTER TABLE items ALTER COLUMN price TYPE bigint;
                -- lint: allow session-setting because the test wants it
                SET work_mem = '5MB';
                -- lint: allow set-not-null because it is not there
                SELECT 1;
                """)
        let down = try #require(report.revisions[0].down)
        #expect(report.revisions[0].up.statements.flatMap(\.findings).isEmpty)
        #expect(
            found(report) == [
                "warning drop-index-without-concurrently items_name on items",
                "warning type-change-rewrite items.price",
                "error session-setting SET work_mem", "warning unused-allowance set-not-null",
            ])
        #expect(down.heldExclusively == ["items", "parts"])
        #expect(!report.fails(at: .error))
        #expect(report.fails(at: .warning))
        #expect(report.lines.contains("  the way down:"))
    }

    @Test func aWayDownThatFailsEndsTheLook() async throws {
        let graph = try RevisionGraph([
            .of("a", after: nil, up: "CREATE TABLE a ()", down: "DROP TABLE a"),
            .of("b", after: "a", up: "CREATE TABLE b ()", down: "DROP TABLE c"),
        ])
        let report = try await Linter(scratch: configuration, graph: graph).report { _ in true }
        #expect(found(report).map { $0.prefix(11) } == ["error fails"])
        #expect(report.lines.contains { $0.contains("the way down was not looked at: the way down of b") })
        let database = try await TestServers.shared.cluster(major: 17).makeDatabase()
        let broken = try RevisionGraph([
            .of("a", after: nil, up: "CREATE TABLE a (x nonsense)", down: "DROP TABLE a"),
            .of("b", after: "a", up: "CREATE TABLE b ()", down: "DROP TABLE b"),
        ])
        let other = try await Linter(scratch: database, graph: broken).report { _ in true }
        #expect(other.skipped == ["b"])
        #expect(other.lines.contains { $0.hasPrefix("not looked at, because what they stand on fails: b") })
    }

    /// Rows that were made up for one revision must not end the next, which nobody asked about.
    @Test func revisionsBetweenAreNotDisturbedByRows() async throws {
        let graph = try RevisionGraph([
            .of("a", after: nil, up: "CREATE TABLE a (id int PRIMARY KEY)", down: "DROP TABLE a"),
            .of("b", after: "a", up: "COMMENT ON TABLE a IS 'x'", down: "COMMENT ON TABLE a IS NULL"),
            .of("c", after: "b", up: "ALTER TABLE a ADD x int NOT NULL", down: "ALTER TABLE a DROP x"),
            .of("d", after: "c", up: "COMMENT ON TABLE a IS 'y'", down: "COMMENT ON TABLE a IS 'x'"),
        ])
        let report = try await Linter(scratch: configuration, graph: graph).report { ["b", "d"].contains($0.id) }
        #expect(found(report).isEmpty)
        #expect(report.revisions.map(\.revision.id) == ["b", "d"])
    }

    @Test func onlyTheHeaderExempts() async throws {
        let report = try await report("-- lint: exempt because it is the only one\nDROP TABLE items")
        #expect(report.fails(at: .error))
        #expect(found(report).contains { $0.hasPrefix("error bad-allowance") })
    }
}
