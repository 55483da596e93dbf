import PGWire
import Testing

/// The summary of a statement is short and the same whatever the values are.
@Suite struct StatementSummaryTests {
    @Test(arguments: [
        ("SELECT 1", "SELECT", "SELECT"),
        ("select a, b from player p join team t on true where x = 'from z'", "SELECT", "SELECT player team"),
        ("/* c */ SELECT * FROM a.\"B c\", d", "SELECT", "SELECT a.\"B c\""),
        (
            "INSERT INTO player (id) SELECT id FROM old ON CONFLICT DO UPDATE SET a = 1", "INSERT",
            "INSERT player SELECT old"
        ),
        ("UPDATE ONLY player SET a = 1 FROM team", "UPDATE", "UPDATE player team"),
        ("DELETE FROM player USING team", "DELETE", "DELETE player team"),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", "MERGE", "MERGE a b DELETE"),
        ("WITH x AS (SELECT 1 FROM y) INSERT INTO z SELECT * FROM x", "WITH", "SELECT y INSERT z SELECT x"),
        ("SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b) FOR UPDATE OF a", "SELECT", "SELECT a SELECT b"),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX", "CREATE INDEX"),
        ("CREATE TEMP TABLE IF NOT EXISTS t (a int)", "CREATE TABLE", "CREATE TABLE t"),
        ("DROP TABLE IF EXISTS t", "DROP TABLE", "DROP TABLE t"),
        ("CREATE ROLE x PASSWORD 'secret'", "CREATE ROLE", "CREATE ROLE"),
        ("COPY t (a) FROM STDIN", "COPY", "COPY t"), ("BEGIN ISOLATION LEVEL SERIALIZABLE", "BEGIN", "BEGIN"),
        ("SAVEPOINT s", "SAVEPOINT", "SAVEPOINT"), ("", "", ""), ("SELECT 'open", "SELECT", "SELECT"),
        ("SELECT a IS DISTINCT FROM b FROM c", "SELECT", "SELECT c"),
        ("SELECT extract(year FROM now()) FROM t", "SELECT", "SELECT now t"),
    ]) func summaries(_ text: String, _ operation: String, _ summary: String) {
        let made = StatementSummary(text)
        #expect(made.operation == operation)
        #expect(made.text == summary)
    }

    @Test(arguments: [
        ("SELECT $1, 'it''s', 1.5, $q$ x $q$, \"q 1\", a1 FROM t -- 7", "SELECT $1, ?, ?, ?, \"q 1\", a1 FROM t"),
        ("ALTER ROLE x PASSWORD 'secret'", "ALTER ROLE x PASSWORD ?"), ("SELECT 'open", "SELECT ?"),
        ("SELECT E'a\\'b', $12+3", "SELECT ?, $12+?"),
        ("SELECT E'a' -- on\n 'b\\'secret' \r 'c\\'secret', d", "SELECT ? ? ?, d"),
        ("SELECT E'a', 'b\\'", "SELECT ?, ?"),
    ]) func literalsAreLeftOut(_ text: String, _ sanitized: String) {
        #expect(StatementSummary.sanitized(text) == sanitized)
    }

    @Test func itIsShort() {
        let tables = (0..<100).map { "JOIN a_table_of_some_length_\($0) ON true" }.joined(separator: " ")
        let text = StatementSummary("SELECT 1 FROM t \(tables)").text
        #expect(text.utf8.count <= 255 && text.utf8.count > 200)
    }
}
