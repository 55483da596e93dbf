import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaLint
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// `migrate lint` of statements about hostile names: no other table is meant, and what is printed obeys nobody.
@Suite(.timeLimit(.minutes(5))) struct HostileLintTests {
    private let configuration: Connection.Configuration

    init() async throws { configuration = try await TestServers.shared.cluster(major: 17).makeDatabase() }

    private func report(setup: [String], _ up: String..., down: String = "SELECT 1") async throws -> LintReport {
        try await report(setup: setup, up: up, down: down)
    }

    private func report(setup: [String], up: [String], down: String) async throws -> LintReport {
        let separator = ";\n"
        let graph = try RevisionGraph(
            [
                .of("setup", after: nil, up: setup.joined(separator: separator), down: "DROP SCHEMA public CASCADE"),
                .of("next", after: "setup", up: up.joined(separator: separator), down: down),
            ], versionTable: .scribe)
        return try await Linter(scratch: configuration, graph: graph).report { $0.id == "next" }
    }

    private func findings(_ report: LintReport) -> [String] {
        report.revisions.flatMap { $0.up.statements }.flatMap(\.findings).map { "\($0.rule.rawValue) \($0.detail)".hex }
    }

    @Test func everyNameComesBack() async throws {
        let names = HostileNames.all
        let report = try await report(
            setup: NamedObjects.all.creation,
            up: names.flatMap { name in
                let table = name.asName
                return [
                    "ALTER TABLE \(table) DROP COLUMN \(table)", "CREATE INDEX ON \(table) (kind)",
                    "COMMENT ON TABLE \(table) IS \(name.literal)",
                ]
            }, down: "SELECT 1")
        let labels = try await Connection.withConnection(configuration) { db in
            try await db.fetchAll("SELECT quote_ident(n) FROM unnest(\(names)::text[]) n", as: String.self)
        }
        let expected = zip(names, labels).flatMap { name, label in
            ["drop-column \(label).\(name)".hex, "index-without-concurrently on \(label)".hex]
        }
        // What they are together is told at one of the statements.
        let whole = "several-tables-locked".hex
        #expect(findings(report).filter { !$0.hasPrefix(whole) && !$0.hasPrefix("irreversible".hex) } == expected)
        #expect(report.lines.filter(\.hasControls) == [])
        for (name, label) in zip(names, labels) {
            let detail = "\(label).\(name)".escapingControls.hex
            #expect(report.lines.contains { $0.hex.hasSuffix(detail) }, "\(name.escapingControls)")
        }
        // For programs they are as they are.
        #expect(report.json.text.hex.contains(JSONValue.string("\"\u{202E}abc\".\u{202E}abc").text.hex))
        print("names: \(names.count) linted")
    }

    /// The one is changed, and the one is told.
    @Test(arguments: [("é", "e\u{301}"), ("e\u{301}", "é"), ("K", "\u{212A}"), ("\u{212A}", "K")])
    func whatLooksTheSameIsAnother(one: String, other: String) async throws {
        let setup = [one, other].map { "CREATE TABLE \($0.asName) (id int, \(one.asName) int, \(other.asName) int)" }
        let table = one.asName
        let report = try await report(
            setup: setup, "CREATE INDEX a ON \(table) (id)",
            "ALTER TABLE \(table) ADD CONSTRAINT \(table) CHECK (id > 0)",
            "UPDATE \(table) SET id = 2",
            "ALTER TABLE \(table) RENAME COLUMN \(table) TO x",
            "ALTER TABLE \(table) RENAME COLUMN \(other.asName) TO y",
            "ALTER TABLE \(table) RENAME COLUMN x TO \(other.asName)", "DROP TABLE \(table)")
        func line(_ text: String) -> String { text.hex }
        #expect(
            Set(findings(report)).isSuperset(of: [
                line("index-without-concurrently on \(table)"), line("check-without-not-valid \(table).\(one)"),
                line("change-without-where \(table)"), line("rename-column \(table).\(one) to x"),
                line("rename-column \(table).\(other) to y"), line("rename-column \(table).x to \(other)"),
                line("drop-table \(table)"),
            ]), "\(report.lines)")
        let about = line("\(other.asName).")
        #expect(!findings(report).contains { $0.contains(about) })
    }

    @Test func aNewNameThatLooksTheSameIsNew() async throws {
        let report = try await report(
            setup: ["CREATE TABLE \"é\" (\"é\" int)", "CREATE TYPE \"é2\" AS ENUM ('x')"],
            "ALTER TABLE \"é\" RENAME COLUMN \"é\" TO \"e\u{301}\"", "ALTER TABLE \"é\" RENAME TO \"e\u{301}\"",
            "ALTER TYPE \"é2\" RENAME TO \"e\u{301}2\"")
        #expect(
            findings(report).filter { $0.hasPrefix("rename".hex) } == [
                "rename-column \"é\".é to e\u{301}".hex, "rename-table \"é\" to \"e\u{301}\"".hex,
                "rename-type \"é2\" to \"e\u{301}2\"".hex,
            ], "\(report.lines)")
    }

    /// Without quotes only the letters of ASCII are made small, and a blank is one of ASCII's.
    @Test(arguments: ["É", "İ", "ǅ", "a\u{A0}b", "\u{2028}", "三", "Ⅷx", "a\"b", "\"", "a.b"])
    func wordsAreTheServers(name: String) async throws {
        let isWord = name.unicodeScalars.allSatisfy { $0.value >= 0x80 || $0 == "a" || $0 == "b" || $0 == "x" }
        let table = isWord ? name : name.asName
        let report = try await report(setup: ["CREATE TABLE \(table) (id int)"], "CREATE INDEX ON \(table) (id)")
        #expect(
            findings(report).contains("index-without-concurrently on \(name.asName)".hex), "\(report.lines)")
    }

    @Test func concurrentlyOnAQuotedTableIsAScan() async throws {
        let graph = try RevisionGraph(
            [
                .of(
                    "setup", after: nil, up: "CREATE TABLE \"é\" (a int); CREATE TABLE \"e\u{301}\" (a int)",
                    down: "SELECT 1"),
                .of(
                    "next", after: "setup", up: "CREATE INDEX CONCURRENTLY \"a\"\"b\" ON \"e\u{301}\" (a)",
                    down: "DROP INDEX CONCURRENTLY \"a\"\"b\"", isTransactional: false),
            ], versionTable: .scribe)
        let report = try await Linter(scratch: configuration, graph: graph).report { $0.id == "next" }
        let facts = try #require(report.revisions.first?.up.statements.first?.facts)
        #expect(facts.scanned.map(\.hex) == ["\"e\u{301}\"".hex])
    }

    /// How many rows there are is told of each table for itself.
    @Test func rowsAreCountedByBytes() async throws {
        let target = try await TestServers.shared.cluster(major: 17).makeDatabase()
        let setup = "CREATE TABLE \"é\" (a int); CREATE TABLE \"e\u{301}\" (a int);"
        try await Connection.withConnection(target) { db in
            try await db.execute(
                script: "\(setup) INSERT INTO \"é\" VALUES (1); INSERT INTO \"e\u{301}\" VALUES (1), (2); ANALYZE")
        }
        let header = "-- created: 2026-01-01\n-- title: x\n"
        try await withTemporaryDirectory { directory in
            for (name, text) in [
                ("1.sql", "-- revision: a\n-- down_revision: base\n\(header)-- up\n\(setup)\n-- down\nSELECT 1;"),
                (
                    "2.sql",
                    "-- revision: b\n-- down_revision: a\n\(header)-- up\nCREATE INDEX ON \"é\" (a);"
                        + "\nCREATE INDEX ON \"e\u{301}\" (a);\n-- down\nSELECT 1;"
                ),
            ] { try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)")) }
            let cluster = try await TestServers.shared.cluster(major: 17)
            let url =
                "postgres://\(cluster.user)@127.0.0.1:\(cluster.port)/\(configuration.database ?? "")?sslmode=disable"
            let outcome = try await ScribeProcess.run(
                ["migrate", "lint", "b", "--database", "--directory", directory, "--scratch-url", url],
                target.settings().merging(["SCRATCH_PASSWORD": cluster.password]) { $1 })
            for (name, count) in [("é", "1 row)"), ("e\u{301}", "2 rows)")] {
                let line = "    \"\(name)\": SHARE, blocks writes, scans the table (about \(count)\n"
                #expect(outcome.output.hex.contains(line.hex), "\(outcome.output)\(outcome.problems)")
            }
        }
    }

    /// A type that goes again is no residue, and another of the same looks is.
    @Test func residueIsByBytes() async throws {
        let graph = try RevisionGraph(
            [
                .of(
                    "next", after: nil, up: "CREATE TYPE \"é\" AS ENUM ('x'); CREATE TYPE \"a\"\"b\" AS ENUM ('x')",
                    down: "DROP TYPE \"e\u{301}\"; DROP TYPE \"a\"\"b\"")
            ], versionTable: .scribe)
        let report = try await Linter(scratch: configuration, graph: graph).report { _ in true }
        #expect(findings(report).filter { $0.hasPrefix("type".hex) } == ["type-residue \"é\"".hex])
    }
}
