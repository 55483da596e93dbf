import ScribeApp
import Testing
import TestSupport

/// Expected values are python-dotenv's, but for `${X}`, which stays as it is.
@Suite struct DotEnvTests {
    @Test(arguments: [
        ("A=b", "b"), ("A = b ", "b"), ("export A=b", "b"), ("export\tA=b", "b"), ("'A'=b", "b"), ("A=", ""),
        ("A=b # comment", "b"), ("A=b#c", "b#c"), ("A=b=c=d", "b=c=d"), ("A=two words", "two words"),
        ("A='b # c'", "b # c"), ("A=\"b # c\" # comment", "b # c"), ("A='it\\'s'", "it's"), ("A='a\\nb'", "a\\nb"),
        ("A=\"a\\nb\"", "a\nb"), ("A=\"say \\\"x\\\"\"", "say \"x\""), ("A=\"two\nlines\"", "two\nlines"),
        ("A=p@ss:w/rd%41", "p@ss:w/rd%41"), ("A=${X}$Y", "${X}$Y"), ("A=a\\nb", "a\\nb"), ("A=é☃", "é☃"),
        ("A=b\r\n", "b"), ("\u{FEFF}A=b", "b"), ("exported=1\nA=b", "b"), ("  A=b", "b"), ("A='b'", "b"),
    ])
    func value(text: String, expected: String) {
        let file = DotEnv(parsing: text)
        #expect(file.variables.last?.name == "A")
        #expect(file.variables.last?.value == expected)
        #expect(file.unreadableLines.isEmpty)
    }

    @Test func commentsBlankLinesAndNamesWithoutValue() {
        let file = DotEnv(parsing: "# first\n\nA=1\n  # second\nB\nC=3\n")
        #expect(file.variables.map(\.name) == ["A", "C"])
        #expect(file.unreadableLines.isEmpty)
    }

    @Test func unreadableLinesAreNumberedAndTheRestIsRead() {
        let file = DotEnv(parsing: "A=1\n=2\nB='open\nC=3\nD=\"x\" y\n")
        #expect(file.unreadableLines == [2, 3, 5])
        #expect(file.variables.map(\.name) == ["A", "C"])
    }
}
