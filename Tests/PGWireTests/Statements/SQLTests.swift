import PGWire
import Testing

@Suite struct SQLTests {
    private static func values(_ sql: SQL) -> [[UInt8]] {
        var values: [[UInt8]] = []
        var reader = ByteReader(sql.parameters.values.span)
        while !reader.isAtEnd {
            guard let length = try? reader.read(Int32.self), let value = try? reader.readSpan(Int(length)) else {
                break
            }
            values.append([UInt8](copying: value))
        }
        return values
    }

    @Test func valuesBecomeParameters() {
        let name = "O'Brien"
        let sql: SQL =
            "SELECT * FROM \(identifier: "a\"b", in: "s") WHERE name = \(name) AND age > \(Int16(21)) \(raw: "LIMIT 1")"
        #expect(sql.text == #"SELECT * FROM "s"."a""b" WHERE name = $1 AND age > $2 LIMIT 1"#)
        #expect(sql.parameters.types == [.unspecified, .int2])
        #expect(sql.parameters.kinds.map(\.format) == [.text, .binary])
        #expect(Self.values(sql) == [Array("O'Brien".utf8), [0, 21]])
    }

    @Test func statementsAreInsertedWithTheirParameters() {
        let condition: SQL = "a = \(Int16(1)) OR b = \(Int16(2))"
        let sql: SQL = "SELECT \(Int16(0)) WHERE \(condition) AND \(condition)"
        #expect(sql.text == "SELECT $1 WHERE a = $2 OR b = $3 AND a = $4 OR b = $5")
        #expect(Self.values(sql) == [[0, 0], [0, 1], [0, 2], [0, 1], [0, 2]])
    }

    @Test func statementsAreJoined() {
        var sql: SQL = "INSERT INTO t VALUES (\(Int16(0)))"
        let before = sql
        for number in 1...3 { sql += ", (\(Int16(number)))" }
        #expect(sql.text == "INSERT INTO t VALUES ($1), ($2), ($3), ($4)")
        #expect(Self.values(sql) == [[0, 0], [0, 1], [0, 2], [0, 3]])
        // A copy has nothing of it.
        #expect(before.text == "INSERT INTO t VALUES ($1)" && Self.values(before) == [[0, 0]])
        #expect((before + " RETURNING id").text == "INSERT INTO t VALUES ($1) RETURNING id")
        #expect((SQL(raw: "") + before).text == before.text)
    }

    /// Whatever the values: text, types and formats make it the same statement.
    @Test func theSameStatement() {
        func key(_ sql: SQL) -> StatementCache.Key { sql.key }
        #expect(key("SELECT \(1)") == key("SELECT \(2)"))
        #expect(key("SELECT \(1)") != key("SELECT \(Int32(1))"))
        #expect(key("SELECT \(1)") != key("SELECT  \(1)"))
        #expect(key("SELECT \(1)") != key("SELECT \(1) "))
        #expect(key("SELECT \(1)") != key("SELECT $1"))
    }

    @Test func longStatementsAreBuiltInLinearTime() {
        var sql: SQL = "SELECT \(0)"
        for number in 1..<60_000 { sql += ", \(number)" }
        #expect(sql.parameters.count == 60_000 && sql.text.hasSuffix(", $59999, $60000"))
    }

    @Test func numbersOfParametersOfAnyLength() {
        var sql: SQL = "SELECT \(true)"
        for _ in 1..<100_010 { sql += ",\(true)" }
        #expect(sql.text == "SELECT " + (1...100_010).map { "$\($0)" }.joined(separator: ","))
    }
}
