import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// Hostile names in the files of revisions: what is made is called byte for byte as the file says.
@Suite(.timeLimit(.minutes(5))) struct HostileRevisionTests {
    private static let header = "-- down_revision: base\n-- created: 2026-01-01\n-- title: names\n"

    private func catalog(_ database: Connection.Configuration) async throws -> Set<String> {
        try await Connection.withConnection(database) { try await NamedObjects.catalog($0) }
    }

    @Test(arguments: [15, 18]) func everyNameComesBack(major: Int) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        let database = try await cluster.makeDatabase()
        try await withTemporaryDirectory { directory in
            let objects = NamedObjects.all
            let text =
                "-- revision: a\n\(Self.header)-- up\n" + objects.creation.joined(separator: ";\n") + ";\n-- down\n"
                + objects.removal.joined(separator: ";\n") + ";\n"
            try Data(text.utf8).write(to: URL(filePath: "\(directory)/1.sql"))
            func migrate(_ arguments: String...) async throws -> String {
                let outcome = try await ScribeProcess.run(
                    ["migrate"] + arguments + ["--directory", directory], database.settings())
                #expect(outcome.status == 0, "\(arguments): \(outcome.problems)")
                return outcome.output
            }
            _ = try await migrate("upgrade")
            #expect(try await catalog(database) == objects.catalog)
            #expect(try await migrate("current") == "a (head)\n")
            // As a script for psql too, which has its own ideas about backslashes and colons.
            let other = try await cluster.makeDatabase()
            let script = try await migrate("upgrade", "--sql")
            try Data(script.utf8).write(to: URL(filePath: "\(directory)/script"))
            try await cluster.restoreByPsql("\(directory)/script", into: other.database ?? "")
            #expect(try await catalog(other) == objects.catalog)
            _ = try await migrate("downgrade")
            #expect(try await catalog(database) == [])
            print("names: \(objects.names.count) up, down and by psql of PostgreSQL \(major)")
        }
    }

    /// Only where every line ends with CRLF are they the file's line ends, and no part of a name.
    @Test func lineEndsInsideOfQuotesStay() throws {
        let text = "-- revision: a\n\(Self.header)-- up\nSELECT 1 AS \"a\r\nb\",\r\n'c\r\nd';\r\n-- down\r\nSELECT 2;\n"
        let mixed = try RevisionFile.parse(text, name: "x.sql")
        #expect(mixed.up.map(\.text.hex) == ["SELECT 1 AS \"a\r\nb\",\n'c\r\nd'".hex])
        #expect(mixed.down?.map(\.text) == ["SELECT 2"])
        let windows = text.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\r" { return }
            text.unicodeScalars.append(contentsOf: scalar == "\n" ? ["\r", "\n"] : [scalar])
        }
        let other = try RevisionFile.parse(windows, name: "x.sql")
        #expect(other.up.map(\.text.hex) == ["SELECT 1 AS \"a\nb\",\n'c\nd'".hex])
    }

    /// A word begins and ends where it does for the server, for which a blank is one of ASCII's.
    @Test func statementsAreCutByBytes() {
        func statements(_ text: String) -> [String] {
            StatementSplitter.parts(of: text).flatMap(\.statements).map(\.text.hex)
        }
        for blank in ["\u{A0}", "\u{85}", "\u{2028}", "\u{3000}", " \u{301}"] {
            #expect(statements("\nSELECT a\(blank) ;\u{A0}b;") == ["SELECT a\(blank)".hex, "\u{A0}b".hex])
        }
        #expect(StatementSplitter.parts(of: "-- up\ra;\r-- down\rb;").map(\.heading) == [nil, "up", "down"])
        #expect(Revision.Statement(text: "é", line: 1) != Revision.Statement(text: "e\u{301}", line: 1))
    }

    /// The comment must not swallow the semicolon.
    @Test func aCommentThatBeginsWithAMarkIsOne() throws {
        let text = "-- revision: a\n\(Self.header)-- up\nSELECT 1 --\u{301} x\n;\n-- down\nSELECT 2;"
        let graph = try RevisionGraph([try RevisionFile.parse(text, name: "x.sql")], versionTable: .scribe)
        let script = try MigrationScript(.upgrade, range: "head", in: graph).text()
        #expect(script.utf8.split(separator: 10).contains { $0.elementsEqual(";".utf8) }, "\(script)")
    }

    /// But for what whoever shows the file would obey, which is written out.
    @Test func titlesComeBack() throws {
        for name in HostileNames.all where !name.unicodeScalars.contains(where: { Character($0).isNewline }) {
            for title in [name, "\u{301}", "x \u{301}"] where !title.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
                let draft = RevisionDraft(id: "a", downRevisions: [], title: title, parts: "-- up\na;\n-- down\nb;")
                let revision = try RevisionFile.parse(draft.text, name: "x.sql")
                let shown = title.escapingControls.unicodeScalars.drop { $0 == " " }
                let end = shown.reversed().prefix { $0 == " " }.count
                let expected = String(shown.dropLast(end))
                #expect(revision.title.hex == expected.hex, "\(name.escapingControls)")
            }
        }
    }

    /// What is no id is refused; the others are written, found and put into scripts as they are.
    @Test func everyNameAsAnID() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let (database, other) = (try await cluster.makeDatabase(), try await cluster.makeDatabase())
        var revisions: [Revision] = []
        for (index, id) in (HostileNames.all + HostileNames.refused).enumerated()
        where id.utf8.first != 0x20 && id.utf8.last != 0x20 {
            let parent = revisions.last?.id ?? "base"
            let text = """
                -- revision: \(id)
                -- down_revision: \(parent)
                -- created: 2026-01-01
                -- title: x
                -- up
                CREATE TABLE t\(index) ();
                -- down
                DROP TABLE t\(index);
                """
            do throws(MigrationError) {
                let revision = try RevisionFile.parse(text, name: "\(1000 + index).sql")
                #expect(revision.id.hex == id.hex)
                revisions.append(revision)
            } catch {
                guard case .badRevisionFile = error else { throw error }
            }
        }
        #expect(revisions.count > 30)
        let graph = try RevisionGraph(revisions, versionTable: .scribe)
        let last = try #require(revisions.last)
        try await withTemporaryDirectory { directory in
            for (index, revision) in revisions.enumerated() {
                try await Migrator(configuration: database, graph: graph).run(.upgrade, to: "+1")
                let start = index == 0 ? "base" : revisions[index - 1].id
                guard !start.contains(":"), !revision.id.contains(":") else { continue }
                let script = try MigrationScript(.upgrade, range: "\(start):\(revision.id)", in: graph).text()
                try Data(script.utf8).write(to: URL(filePath: "\(directory)/script"))
                try await cluster.restoreByPsql("\(directory)/script", into: other.database ?? "")
            }
        }
        for database in [database, other] {
            let migrator = Migrator(configuration: database, graph: graph)
            #expect(try await migrator.current().map(\.hex) == [last.id.hex])
        }
        try await Migrator(configuration: database, graph: graph).run(.downgrade, to: "base")
        #expect(try await catalog(database) == [])
    }

    /// Outside of a transaction each statement is looked after: what is there already is left out, by its whole name.
    @Test func whatIsThereIsKnownByItsName() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let names = HostileNames.all
        let separator = ";\n"
        func indexes(_ word: String) -> [String] {
            names.map { "CREATE INDEX \(word) \(NamedObjects.index($0).asName) ON t (\($0.asName))" }
        }
        let labels = (names + ["a\tb\r"]).flatMap { label -> [String] in
            let plain = label.unicodeScalars.reduce(into: "") { text, scalar in
                switch scalar {
                case "\n": text += "\\n"
                case "\r": text += "\\x0d"
                case "\t": text += "\\011"
                default:
                    text.unicodeScalars.append(
                        contentsOf: scalar == "'" || scalar == "\\" ? [scalar, scalar] : [scalar])
                }
            }
            return ["ALTER TYPE kinds ADD VALUE E'\(plain)'"]
        }
        let drops = names.map { "DROP INDEX CONCURRENTLY \(NamedObjects.index($0).asName)" }
        let graph = try RevisionGraph(
            [
                .of(
                    "a", after: nil, up: (indexes("CONCURRENTLY") + labels).joined(separator: separator),
                    down: drops.joined(separator: separator), isTransactional: false)
            ], versionTable: .scribe)
        let migrator = Migrator(configuration: database, graph: graph)
        try await Connection.withConnection(database) { db in
            let columns = names.map { "\($0.asName) int" }.joined(separator: ", ")
            try await db.execute(script: "CREATE TYPE kinds AS ENUM (); CREATE TABLE t (\(columns))")
            for statement in indexes("") + labels { try await db.execute(script: statement) }
        }
        try await migrator.run(.upgrade, to: "head")
        try await Connection.withConnection(database) { db in
            for name in names { try await db.execute(script: "DROP INDEX \(NamedObjects.index(name).asName)") }
        }
        try await migrator.run(.downgrade, to: "base")
    }

    /// The database may hold anything: what only looks like a revision's id is none.
    @Test func anIDThatOnlyLooksTheSameIsUnknown() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let graph = try RevisionGraph(
            [.of("K", after: nil, up: "CREATE TABLE a ()", down: "DROP TABLE a")], versionTable: .scribe)
        try await Connection.withConnection(database) { db in
            try await db.execute(
                script:
                    "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('\u{212A}')")
        }
        let error = await #expect(throws: MigrationError.self) {
            try await Migrator(configuration: database, graph: graph).current()
        }
        guard case .unknownVersion? = error else { throw error ?? MigrationError.badGraph("nothing thrown") }
    }

    /// The record stands on a line of its own behind whatever comment there is.
    @Test func aCommentThatEndsWithACarriageReturn() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let graph = try RevisionGraph(
            [
                .of("a", after: nil, up: "CREATE TABLE a ()", down: "DROP TABLE a"),
                .of("b", after: "a", up: "CREATE TABLE b ()", down: "DROP TABLE b"),
            ], versionTable: .scribe)
        let migrator = Migrator(configuration: database, graph: graph)
        try await migrator.run(.upgrade, to: "+1")
        func comment() async throws -> String {
            try await Connection.withConnection(database) { db in
                try await db.fetchOne(
                    "SELECT obj_description('alembic_version'::regclass, 'pg_class')", as: String.self)
            }
        }
        try await Connection.withConnection(database) { db in
            try await db.execute(script: "COMMENT ON TABLE alembic_version IS E'theirs\\r'")
        }
        try await migrator.run(.upgrade, to: "+1")
        let first = try await comment()
        #expect(first.utf8.starts(with: "theirs\r\nscribe-app: ".utf8), "\(first)")
        try await migrator.run(.downgrade, to: "-1")
        try await migrator.run(.upgrade, to: "+1")
        #expect(try await comment().hex == first.hex)
    }
}
