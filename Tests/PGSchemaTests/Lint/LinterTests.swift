import PGSchemaLint
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// What the report says, and what a file can allow.
@Suite(.timeLimit(.minutes(2))) struct LinterTests {
    private let configuration: Connection.Configuration

    init() async throws { configuration = try await TestServers.shared.cluster(major: 17).makeDatabase() }

    private func report(_ up: String, down: String = "CREATE TABLE t ()", header: [String] = []) async throws
        -> LintReport
    {
        let setup = Revision.of("setup", after: nil, up: LintPattern.base, down: "DROP SCHEMA public CASCADE")
        let revision = Revision.of("next", after: "setup", up: up, down: down, header: header)
        let linter = Linter(scratch: configuration, graph: try RevisionGraph([setup, revision]))
        return try await linter.report { $0.id == "next" }
    }

    private func findings(_ report: LintReport) -> [Finding] {
        report.revisions.flatMap(\.findings)
    }

    @Test func aStatementIsAllowedWithAReason() async throws {
        let report = try await report(
            """
            -- No program of the last release reads it.
            -- lint: allow drop-column because nobody reads it
            ALTER TABLE items DROP COLUMN code;
            ALTER TABLE items DROP COLUMN name;
            """)
        #expect(findings(report).map(\.rule) == [.dropColumn, .dropColumn])
        #expect(findings(report).map(\.allowedBecause) == ["nobody reads it", nil])
        #expect(report.count(.error) == 1)
        #expect(report.fails(at: .error))
        #expect(report.lines.contains { $0.contains("allowed drop-column (items.code) because nobody reads it") })
    }

    @Test func theHeaderAllowsForAllStatements() async throws {
        let report = try await report(
            "ALTER TABLE items DROP COLUMN code;\nALTER TABLE items DROP COLUMN name;",
            header: ["-- lint: allow drop-column because nobody reads them"])
        #expect(report.allowedCount == 2)
        #expect(!report.fails(at: .notice))
    }

    @Test func anExemptFileFailsForNothing() async throws {
        let report = try await report("DROP TABLE items", header: ["-- lint: exempt because it is history"])
        #expect(findings(report).map(\.rule) == [.dropTable])
        #expect(!report.fails(at: .notice))
        #expect(report.lines.contains("  exempt because it is history"))
    }

    @Test func allowancesWithoutReasonOrEffectAreTold() async throws {
        let report = try await report(
            """
            -- lint: allow drop-column
            ALTER TABLE items DROP COLUMN code;
            -- lint: allow drop-colum because of a typing error
            ALTER TABLE items DROP COLUMN name;
            -- lint: allow drop-table because it is not there
            ALTER TABLE items ADD COLUMN more int;
            -- lint: exempt because only a header can say so
            ALTER TABLE items ADD COLUMN more2 int;
            """)
        #expect(
            findings(report).map(\.rule) == [
                .dropColumn, .badAllowance, .dropColumn, .badAllowance, .unusedAllowance, .badAllowance,
            ])
        #expect(report.allowedCount == 0)
    }

    @Test func stringsCommentsAndQuotedNamesAreNoCommands() async throws {
        let report = try await report(
            """
            INSERT INTO owners VALUES (100, 'DROP TABLE items; TRUNCATE items');
            CREATE TABLE "truncate items" ("drop" text DEFAULT 'UPDATE items SET a = 1', "set" int);
            COMMENT ON TABLE items IS $$ALTER TABLE items DROP COLUMN code$$; -- VACUUM FULL
            /* LOCK TABLE items; */ INSERT INTO "truncate items" VALUES ('BEGIN', 1);
            UPDATE "truncate items" SET "drop" = 'x';
            CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM items';
            CREATE TABLE e (a int REFERENCES items ON DELETE CASCADE ON UPDATE CASCADE, b text DEFAULT 'set_config(');
            CREATE INDEX ON e (a);
            """)
        let found = findings(report).map { "\($0.rule.rawValue) \($0.detail)" }
        #expect(found.isEmpty)
    }

    @Test func theReportSaysWhereAndWhat() async throws {
        let report = try await report("CREATE INDEX ON items (price);\nALTER TABLE items ALTER price TYPE bigint;")
        let text = report.lines.joined(separator: "\n")
        for part in [
            "next.sql:7: CREATE INDEX ON items (price)", "items: SHARE, blocks writes, scans the table",
            "next.sql:8: ALTER TABLE", "items: ACCESS EXCLUSIVE, blocks reads and writes, rewrites the table",
            "error index-without-concurrently: on items", "Instead: CREATE INDEX CONCURRENTLY",
            "until it commits nobody reads or writes items", "2 errors, 0 warnings, 0 notices, 0 allowed in 1 revision",
        ] {
            #expect(text.contains(part), "\(text)")
        }
        for part in [
            #""errors":2"#, #""line":7"#,
            #""mode":"ACCESS EXCLUSIVE","blocks":"blocks reads and writes","by":"server""#,
            #""rule":"type-change-rewrite","level":"error""#, #""blocked_until_commit":["items"]"#,
        ] {
            #expect(report.json.text.contains(part), "\(report.json.text)")
        }
    }

    @Test func whatFailsOnlyTogetherIsTold() async throws {
        let report = try await report(
            """
            ALTER TABLE items ADD CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES owners
                DEFERRABLE INITIALLY DEFERRED NOT VALID;
            UPDATE items SET owner_id = (SELECT min(id) FROM owners) WHERE id > 0;
            ALTER TABLE items ADD COLUMN late int;
            """)
        let failure = findings(report).first { $0.rule == .fails }
        #expect(failure?.detail.hasPrefix("in one transaction with the statements before it: ") == true)
    }

    @Test func whatFailsEndsIt() async throws {
        let report = try await report("ALTER TABLE items ADD a nonsense;\nALTER TABLE items DROP COLUMN code;")
        #expect(findings(report).map(\.rule) == [.fails, .dropColumn])
        #expect(report.revisions[0].up.statements.map(\.facts.wasRun) == [true, false])
    }

    @Test func everyRuleHasAdvice() {
        for rule in LintRule.allCases {
            #expect(!rule.why.isEmpty && !rule.instead.isEmpty, "\(rule.rawValue)")
        }
        #expect(Set(LintPattern.all.map(\.rule)).count >= 40)
        let untested = Set(LintRule.allCases).subtracting(LintPattern.all.map(\.rule))
        #expect(untested == [.badAllowance, .unusedAllowance, .existingRows])
    }

    /// The ten are exempt; what is found in them is what landscape.md says bit their operators.
    @Test(arguments: [15, 17, 18]) func scribesOwnRevisions(major: Int) async throws {
        let database = try await TestServers.shared.cluster(major: major).makeDatabase()
        let report = try await Linter(scratch: database, graph: .scribe()).report { _ in true }
        #expect(report.revisions.count == 10)
        #expect(!report.fails(at: .notice))
        let downs = report.revisions.map { revision in
            revision.down?.statements.flatMap(\.findings).map { "\($0.level) \($0.rule.rawValue)" } ?? ["not looked at"]
        }
        let index = "warning index-without-concurrently"
        let drop = "warning drop-index-without-concurrently"
        let several = "warning several-tables-locked"
        #expect(
            downs == [[], [drop, index, drop, several], [], [several], [drop, drop], [], [], [index], [], [several]])
        let found = report.revisions.map { revision in
            revision.up.statements.flatMap(\.findings).map { "\($0.rule.rawValue) \($0.detail)" }
        }
        #expect(
            found == [
                [],
                [
                    "type-residue template_type_enum", "add-not-null-without-default emails.template_type",
                    "index-without-concurrently on emails",
                ],
                [], ["several-tables-locked emails, users"],
                ["index-without-concurrently on emails", "index-without-concurrently on emails"], [], [],
                ["drop-index-without-concurrently ix_users_email on users"],
                ["unique-without-index users.users_email_key"],
                ["foreign-key-without-index queue_items.queue_items_email_id_fkey"],
            ])
    }
}
