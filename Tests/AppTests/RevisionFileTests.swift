#if ScribeApp
import ScribeApp
import Testing

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
        #expect(revision.downRevision == nil)
        #expect(revision.title == "a title: with a colon")
        #expect(revision.up.map(\.text) == ["CREATE TABLE a ()", "CREATE TABLE b ()"])
        #expect(revision.up.map(\.line) == [7, 10])
        #expect(revision.down == [Revision.Statement(text: "DROP TABLE b, a", line: 12)])
    }

    @Test(arguments: [
        "-- up\nSELECT 1;\n-- down\nSELECT 1;", header + "-- up\nSELECT 1;", header + "-- up\n-- down\nSELECT 1;",
    ])
    func whatIsMissingIsNamed(text: String) {
        #expect(throws: MigrationError.self) { try RevisionFile.parse(text, name: "x.sql") }
    }

    @Test(arguments: [
        ("a;b", ["a", "b"]), ("a ';' b; c", ["a ';' b", "c"]), ("'it''s;' ; c", ["'it''s;'", "c"]),
        ("\"x;y\"; c", ["\"x;y\"", "c"]), ("E'\\';'; c", ["E'\\';'", "c"]), ("type'\\'; c", ["type'\\'", "c"]),
        ("a -- x;\n; c", ["a -- x;", "c"]), ("a /* ; /* ; */ ; */ b; c", ["a /* ; /* ; */ ; */ b", "c"]),
        ("DO $$ a; b $$; c", ["DO $$ a; b $$", "c"]), ("DO $x$ $$;$$; $x$; c", ["DO $x$ $$;$$; $x$", "c"]),
        ("$1; c", ["$1", "c"]), ("a$b; c$b; d", ["a$b", "c$b", "d"]), (";;a;;", ["a"]), ("-- only; a comment", []),
        ("a - b; c / d", ["a - b", "c / d"]), ("'open; b", ["'open; b"]), ("", []),
    ])
    func statementsEndAtSemicolonsThatAreNotHidden(text: String, expected: [String]) {
        var splitter = StatementSplitter(firstLine: 1)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { splitter.append(line) }
        #expect(splitter.statements().map(\.text) == expected)
    }
}
#endif
