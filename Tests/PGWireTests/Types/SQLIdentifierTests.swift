import PGWire
import Testing

@Suite struct SQLIdentifierTests {
    /// A name goes into SQL so that the server reads the same bytes out of it.
    @Test(arguments: [
        ("player", "\"player\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""), ("a.b", "\"a.b\""),
        // A quote with a combining mark is one Character, and still a quote to the server.
        ("users\"\u{301} WHERE false --", "\"users\"\"\u{301} WHERE false --\""),
        ("\"\u{200D}\"\u{FE0F}", "\"\"\"\u{200D}\"\"\u{FE0F}\""),
    ])
    func isQuotedByBytes(name: String, quoted: String) {
        #expect(Array(SQLIdentifier(name).quoted.utf8) == Array(quoted.utf8))
        let sql: SQL = "SELECT x FROM \(identifier: name)"
        #expect(Array(sql.text.utf8) == Array("SELECT x FROM \(quoted)".utf8))
    }

    @Test func comparesByBytes() {
        let pairs: [(SQLIdentifier, SQLIdentifier)] = [("\u{E9}", "e\u{301}"), ("K", "\u{212A}"), (";", "\u{37E}")]
        for (one, other) in pairs {
            #expect(one.text == other.text)
            #expect(one != other)
            #expect(Set([one, other, one]).count == 2)
            #expect(one < other || other < one)
        }
        #expect(SQLIdentifier("a") == SQLIdentifier("a"))
        #expect(SQLIdentifier("e\u{301}") < SQLIdentifier("f"))
    }
}
