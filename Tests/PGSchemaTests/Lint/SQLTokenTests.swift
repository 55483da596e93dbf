import PGSchemaLint
import PGSchemaMigrations
import PGSchemaSQL
import Testing
import TestSupport

@Suite struct SQLTokenTests {
    @Test(arguments: [
        ("SELECT a.b", ["word select", "word a", "mark .", "word b"]),
        ("'it''s' E'a\\'b'", ["string it's", "string a'b"]),
        ("\"A \"\"B\" \"\"\"\"", ["quotedName A \"B", "quotedName \""]),
        ("E'a''b\\' c' d", ["string a'b' c", "word d"]),
        ("E'a\\nb\\t\\\\n\\x41\\101\\u00e9\\U0001F600\\q\\xq'", ["string a\nb\t\\nAAé😀qxq"]),
        ("É K\u{212A} a\u{A0}b \u{2028}", ["word É", "word k\u{212A}", "word a\u{A0}b", "word \u{2028}"]),
        ("三 Ⅷ ²", ["word 三", "word Ⅷ", "word ²"]),
        ("\"\u{301}a\"'\u{301}'", ["quotedName \u{301}a", "string \u{301}"]),
        ("$$a 'b$$ $x$ $$ $x$", ["string a 'b", "string  $$ "]),
        ("a -- b\n /* c /* d */ */ e", ["word a", "word e"]),
        ("1.5e3 x::int", ["number 1.5e3", "word x", "mark ::", "word int"]),
        ("$1 a$b", ["mark $", "number 1", "word a$b"]),
        ("B'1' n'x'", ["string 1", "string x"]), ("'open", ["string open"]), ("$x$ open", ["string  open"]), ("", []),
    ])
    func tokens(sql: String, expected: [String]) {
        #expect(SQLToken.tokens(of: sql).map { "\($0.kind) \($0.text)".hex } == expected.map(\.hex))
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
