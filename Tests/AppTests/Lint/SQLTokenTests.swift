#if ScribeApp
import ScribeApp
import Testing

@Suite struct SQLTokenTests {
    @Test(arguments: [
        ("SELECT a.b", ["word select", "word a", "mark .", "word b"]),
        ("'it''s' E'a\\'b'", ["string it", "string s", "string a'b"]),
        ("\"A \"\"B\"", ["quotedName A ", "quotedName B"]),
        ("$$a 'b$$ $x$ $$ $x$", ["string a 'b", "string  $$ "]),
        ("a -- b\n /* c /* d */ */ e", ["word a", "word e"]),
        ("1.5e3 x::int", ["number 1.5e3", "word x", "mark ::", "word int"]),
        ("$1 a$b", ["mark $", "number 1", "word a$b"]),
        ("B'1' n'x'", ["string 1", "string x"]), ("'open", ["string open"]), ("$x$ open", ["string  open"]), ("", []),
    ])
    func tokens(sql: String, expected: [String]) {
        #expect(SQLToken.tokens(of: sql).map { "\($0.kind) \($0.text)" } == expected)
    }

    @Test(arguments: [
        "allow drop-column because  nobody reads it", "exempt because history",
    ])
    func anAllowanceHasAReason(text: String) throws {
        let allowance = try #require(Allowance(text))
        #expect(allowance.name == (text.hasPrefix("exempt") ? nil : "drop-column"))
        #expect(["nobody reads it", "history"].contains(allowance.reason))
    }

    @Test(arguments: [
        "allow drop-column", "allow drop-column because", "allow because x", "exempt", "allow a b because c", "",
    ])
    func withoutItIsNone(text: String) { #expect(Allowance(text) == nil) }

    @Test func commentsBelongToTheStatementBehindThem() {
        let text = ["-- a", "SELECT 1; -- b", "", "/* c */", "SELECT -- d", "2;"].joined(separator: "\n")
        #expect(
            StatementSplitter.parts(of: text).flatMap(\.statements).map(\.comments) == [["-- a"], ["-- b", "/* c */"]])
    }
}
#endif
