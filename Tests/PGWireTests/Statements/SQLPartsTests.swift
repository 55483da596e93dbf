import PGWire
import Testing

/// Statements put together from parts, and texts with values beside them.
@Suite struct SQLPartsTests {
    /// A digit after a parameter would make it another one.
    @Test func digitsAfterParameters() {
        let sql: SQL = "SELECT \(1)0::text, \(2)\(raw: "5")"
        #expect(sql.text == "SELECT $1 0::text, $2 5")
        #expect((SQL("SELECT ") + SQL("\(1)") + SQL("7")).text == "SELECT $1 7")
    }

    /// A literal goes on after a new line, with its escapes; a `$1` in it is text.
    @Test func literalsThatGoOn() {
        let raw = "SELECT E'a'\n'\\'$1', $1, E'a' -- '\n  '\\'$2'"
        #expect(SQL(raw: raw, 1).text == raw)
        let apart = "SELECT 'a' '$1', E'a'\\$1"
        #expect(SQL(raw: apart, 1).text == apart)
    }

    private static func values(_ sql: SQL) -> [String] {
        var values: [String] = []
        var reader = ByteReader(sql.parameters.values.span)
        while !reader.isAtEnd {
            guard let length = try? reader.read(Int32.self), let value = try? reader.readBytes(Int(length)) else {
                break
            }
            values.append(String(decoding: value, as: UTF8.self))
        }
        return values
    }

    @Test func partsAreJoined() {
        let conditions: [SQL] = ["a = \("x")", "b IS NULL", "c = \("y") OR d"]
        #expect(conditions.joined(separator: " AND ").text == "a = $1 AND b IS NULL AND c = $2 OR d")
        let sql: SQL = "SELECT \("0") WHERE \(conditions, separator: "\nAND ") LIMIT \("9")"
        #expect(sql.text == "SELECT $1 WHERE a = $2\nAND b IS NULL\nAND c = $3 OR d LIMIT $4")
        #expect(Self.values(sql) == ["0", "x", "y", "9"])
        #expect([SQL]().joined(separator: ", ").text == "" && ["a" as SQL].joined(separator: ", ").text == "a")
        #expect(["a = \("1")" as SQL, "b"].joined(separator: " \("-") ").text == "a = $1 $2 b")
    }

    @Test func valuesAreJoined() {
        let sql: SQL = "VALUES (\(["a", "b"], separator: ", ")), (\("c"))"
        #expect(sql.text == "VALUES ($1, $2), ($3)" && Self.values(sql) == ["a", "b", "c"])
        #expect(("(\([1, nil] as [Int32?], separator: ", "))" as SQL).parameters.types == [.int4, .int4])
    }

    @Test func valuesBesideTheText() {
        let sql = SQL(raw: "SELECT $1, $2 FROM t -- $3", "a", "b")
        #expect(sql.text == "SELECT $1, $2 FROM t -- $3" && Self.values(sql) == ["a", "b"])
        // Each once and in order: the same statement as with interpolation.
        #expect(SQL(raw: "a = $1 AND b = $2", 1, "b").key == ("a = \(1) AND b = \("b")" as SQL).key)
        let list = SQL(raw: "SELECT $1, $2", values: ["a", Int32(7)])
        #expect(list.parameters.types == [.unspecified, .int4] && list.text == "SELECT $1, $2")
        #expect(SQL(raw: "SELECT 1", values: []).text == "SELECT 1")
    }

    @Test func numbersMayComeAgainInAnyOrder() {
        for text in ["a = $1 OR b = $1 AND c = $2", "$2 $1 $2", "$1$1", "x$3 $2 $1", "$2,$1,$3,$2 é $1"] {
            let count = text.utf8.contains("$3".utf8) && text.first != "x" ? 3 : text == "$1$1" ? 1 : 2
            let sql = SQL(raw: text, values: Array(["a", "b", "c"].prefix(count)))
            #expect(sql.text == text)
            #expect(Self.values(sql) == Array(["a", "b", "c"].prefix(count)))
            // Inside of another one the numbers follow on.
            let whole: SQL = "\("0") \(sql) \("9") \(sql)"
            let numbers = whole.text.split(separator: "$").compactMap { Int($0.prefix(while: \.isNumber)) }
            #expect(Set(numbers).isSuperset(of: 1...(2 + 2 * count)))
            #expect(Self.values(whole).count == 2 + 2 * count)
        }
        let part = SQL(raw: "b = $2 OR a = $1 OR c = $2", "a", "b")
        let whole: SQL = "SELECT \("0") WHERE \(part) AND \(part) LIMIT \("9")"
        #expect(whole.text == "SELECT $1 WHERE b = $3 OR a = $2 OR c = $3 AND b = $5 OR a = $4 OR c = $5 LIMIT $6")
        #expect(Self.values(whole) == ["0", "a", "b", "a", "b", "9"])
        #expect(SQL(raw: "$1 $1", "a").key != SQL(raw: "$1 $2", "a", "b").key)
    }

    /// Not each `$1` is a parameter.
    @Test(arguments: [
        "'$2'", "'a''$2'", "E'a\\'$2'", "e'\\\\' || '$2'", "\"$2\"", "-- $2", "/* $2 /* */ $2 */", "$$ $2 $$",
        "$a$ $$ $2 $a$",
        "a$2", "_$2", "é$2", "U&'$2'", "'\\' || '$2'",
    ]) func whatIsNoParameter(_ text: String) {
        let sql = SQL(raw: "SELECT $1, \(text)\n, $1", "a")
        #expect(sql.text == "SELECT $1, \(text)\n, $1" && Self.values(sql) == ["a"])
    }
}
