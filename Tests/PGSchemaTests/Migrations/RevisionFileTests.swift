import PGSchemaMigrations
import Testing
import TestSupport

@Suite struct RevisionFileTests {
    private static let header = """
        -- revision: abc
        -- down_revision: base
        -- created: 2026-01-01
        -- title: a title: with a colon


        """

    @Test func aWholeFile() throws {
        let up = "-- up\nCREATE TABLE a ();\n\n-- a comment\nCREATE TABLE b ();\n"
        let text = Self.header + up + "-- down\nDROP TABLE b, a"
        let revision = try RevisionFile.parse(text, name: "x.sql")
        #expect(revision.id == "abc")
        #expect(revision.downRevisions.isEmpty)
        #expect(revision.isTransactional)
        #expect(revision.title == "a title: with a colon")
        #expect(revision.up.map(\.text) == ["CREATE TABLE a ()", "CREATE TABLE b ()"])
        #expect(revision.up.map(\.line) == [7, 10])
        #expect(revision.down?.map(\.text) == ["DROP TABLE b, a"])
        #expect(revision.down?.map(\.line) == [12])
    }

    @Test(arguments: [
        "-- up\nSELECT 1;\n-- down\nSELECT 1;", header + "-- down\nSELECT 1;", header + "-- up\n-- down\nSELECT 1;",
        header + "-- up\nSELECT 1;\n-- down\n", "-- transaction: perhaps\n" + header + "-- up\nSELECT 1;",
        "-- irreversible: no\n" + header + "-- up\nSELECT 1;\n-- down\nSELECT 1;",
        header.replacing("abc", with: "two words") + "-- up\nSELECT 1;",
        header.replacing("abc", with: String(repeating: "a", count: 33)) + "-- up\nSELECT 1;",
        header.replacing("abc", with: "head") + "-- up\nSELECT 1;",
        header.replacing("abc", with: "a+1") + "-- up\nSELECT 1;",
        "-- revision: def\n" + header + "-- up\nSELECT 1;", header + "SELECT 0;\n-- up\nSELECT 1;",
        header + "-- up\nSELECT 1;\n-- up\nSELECT 2;",
        header + "-- up\nSELECT 1;\n-- down\nSELECT 1;\n-- down\nSELECT 2;",
    ])
    func whatIsMissingOrWrongIsNamed(text: String) {
        #expect(throws: MigrationError.self) { try RevisionFile.parse(text, name: "x.sql") }
    }

    @Test func aRevisionWithoutAWayBackSaysWhy() throws {
        let text = "-- irreversible: the rows are gone\n" + Self.header + "-- up\nTRUNCATE a;"
        let revision = try RevisionFile.parse(text, name: "x.sql")
        #expect(revision.down == nil)
        #expect(revision.irreversible == "the rows are gone")
    }

    @Test func linesMayEndAsOnWindows() throws {
        let text = Self.header + "-- up\nSELECT 'a\nb';\n-- down\nSELECT 2;\n"
        let ours = try RevisionFile.parse(text, name: "x.sql")
        let theirs = try RevisionFile.parse("\u{FEFF}" + text.replacing("\n", with: "\r\n"), name: "x.sql")
        #expect(theirs.id == ours.id)
        #expect(theirs.up == ours.up)
        #expect(theirs.down == ours.down)
        #expect(theirs.checksum == ours.checksum)
    }

    /// Otherwise what leads back would be carried out on the way up.
    @Test(arguments: ["-- down", "-- Down", "--down", "--  DOWN:  "])
    func aHeadingIsOneHoweverItIsSpelt(heading: String) throws {
        let text = Self.header + "-- up\nCREATE TABLE a ()\n\(heading)\nDROP TABLE a;"
        let revision = try RevisionFile.parse(text, name: "x.sql")
        #expect(revision.up.map(\.text) == ["CREATE TABLE a ()"])
        #expect(revision.down?.map(\.text) == ["DROP TABLE a"])
    }

    @Test func aLineOfAFunctionIsNoHeading() throws {
        let up = "-- up\nDO $$\n-- down\n$$;\nSELECT 1;\n  -- down\nSELECT 2;\n"
        let revision = try RevisionFile.parse(Self.header + up + "-- down\nSELECT 3;", name: "x.sql")
        #expect(revision.up.map(\.text) == ["DO $$\n-- down\n$$", "SELECT 1", "SELECT 2"])
        #expect(revision.up.map(\.line) == [7, 10, 12])
        #expect(revision.down?.map(\.line) == [14])
    }

    @Test(.timeLimit(.minutes(1))) func aLargeFileIsReadInOneGo() throws {
        let up = String(repeating: "INSERT INTO a VALUES (1);\n", count: 10_000)
        let revision = try RevisionFile.parse(Self.header + "-- up\n" + up, name: "x.sql")
        #expect(revision.up.count == 10_000)
        #expect(revision.up.last?.line == 10_006)
    }

    @Test func aMergeIsEmptyAndNamesItsParents() throws {
        let header = Self.header.replacing("base", with: "a1, b2")
        let revision = try RevisionFile.parse(header + "-- up\n-- down\n", name: "x.sql")
        #expect(revision.downRevisions == ["a1", "b2"])
        #expect(revision.up.isEmpty)
    }

    @Test func aDraftReadsAsWhatItWas() throws {
        let draft = RevisionDraft(
            downRevisions: ["a1"], title: "more\ntables",
            parts: "-- up\nCREATE TABLE a ();\n-- down\nDROP TABLE a;", isTransactional: false)
        let revision = try RevisionFile.parse(draft.text, name: "x.sql")
        #expect(revision.id == draft.id)
        #expect(revision.id.count == 12)
        #expect(revision.title == "more tables")
        #expect(!revision.isTransactional)
        #expect(revision.up.map(\.text) == ["CREATE TABLE a ()"])
        #expect(revision.down?.map(\.text) == ["DROP TABLE a"])
    }

    @Test func theChecksumIsOfTheStatementsAlone() throws {
        func checksum(_ up: String, _ down: String = "SELECT 1") throws -> String {
            try RevisionFile.parse(Self.header + "-- up\n\(up)\n-- down\n\(down);", name: "x.sql").checksum
        }
        let sum = try checksum("SELECT 1; SELECT 2;")
        #expect(sum.count == 64)
        #expect(try checksum("-- why\nSELECT 1;\n\nSELECT 2", "SELECT 3") == sum)
        #expect(try checksum("SELECT 1; SELECT 3;") != sum)
        #expect(try checksum("SELECT 1 SELECT 2") != sum)
    }

    @Test(arguments: [
        ("a;b", ["a", "b"]), ("a ';' b; c", ["a ';' b", "c"]), ("'it''s;' ; c", ["'it''s;'", "c"]),
        ("\"x;y\"; c", ["\"x;y\"", "c"]), ("E'\\';'; c", ["E'\\';'", "c"]), ("type'\\'; c", ["type'\\'", "c"]),
        ("a -- x;\n; c", ["a -- x;", "c"]), ("a /* ; /* ; */ ; */ b; c", ["a /* ; /* ; */ ; */ b", "c"]),
        ("DO $$ a; b $$; c", ["DO $$ a; b $$", "c"]), ("DO $x$ $$;$$; $x$; c", ["DO $x$ $$;$$; $x$", "c"]),
        ("$1; c", ["$1", "c"]), ("a$b; c$b; d", ["a$b", "c$b", "d"]), (";;a;;", ["a"]), ("-- only; a comment", []),
        (
            "CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT (2); ); c",
            ["CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT (2); )", "c"]
        ),
        (
            "CREATE FUNCTION f() BEGIN ATOMIC a; CASE x END; b; END; c",
            ["CREATE FUNCTION f() BEGIN ATOMIC a; CASE x END; b; END", "c"]
        ),
        (
            "create function f() begin /* ; */ atomic a; end; case end; c",
            ["create function f() begin /* ; */ atomic a; end", "case end", "c"]
        ),
        ("begin; atomic; a)); (b; c", ["begin", "atomic", "a))", "(b; c"]), ("e'\\';'; b", ["e'\\';'", "b"]),
        ("a - b; c / d", ["a - b", "c / d"]), ("'open; b", ["'open; b"]), ("", []),
    ])
    func statementsEndAtSemicolonsThatAreNotHidden(text: String, expected: [String]) {
        #expect(StatementSplitter.parts(of: text).flatMap(\.statements).map(\.text) == expected)
    }
}
