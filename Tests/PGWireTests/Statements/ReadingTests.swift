import PGWire
import Testing

/// Which statements certainly only read.
@Suite struct ReadingTests {
    @Test(arguments: [
        "SELECT 1", "select g, repeat('x', 100) from generate_series(1, 30000000) as g",
        "SELECT g.* FROM pg_catalog.generate_series(1, 5) AS g(i) WHERE i IN (1, 2) AND NOT (i = 3)",
        "(SELECT 1) UNION ALL (SELECT 2)", "VALUES (1), (2)", "TABLE player",
        " /* insert */ -- update\nSELECT 'delete'",
        "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) SELECT count(*) FILTER (WHERE n > 1) FROM t",
        "SELECT $$insert$$, $a$ delete $$ $a$, E'it\\'s', \"insert\" FROM \"update\"",
        "SELECT CAST(a AS numeric(10, 2)), b::varchar(3), row_number() OVER (PARTITION BY c) FROM t WHERE EXISTS (SELECT)",
        "COPY player TO STDOUT", "COPY public.player (id, name) TO STDOUT (FORMAT csv)",
        "COPY (SELECT g FROM generate_series(1, 5) g) TO STDOUT WITH (FORMAT binary)",
    ])
    func theseOnlyRead(_ text: String) { #expect(SQL(raw: text).onlyReads(backslashesAreText: true)) }

    @Test(arguments: [
        "", "INSERT INTO t VALUES (1) RETURNING id",
        "WITH a AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM a",
        "with a as (delete from t returning id) select * from a", "SELECT * INTO copy FROM t", "SELECT f(1)",
        "SELECT public.count(1)", "SELECT \"count\"(1)", "SELECT nextval('s')", "SELECT count (*), nextval ('s')",
        "SELECT * FROM t FOR UPDATE", "SELECT DISTINCT ON (a) f (b) FROM t", "SELECT 1; DELETE FROM t",
        "SELECT pg_advisory_lock(1)", "SELECT set_config('a.b', 'c', false)", "CALL p()", "SELECT U&'a' UESCAPE '!'",
        "SELECT 'open", "SELECT $a$ open", "EXPLAIN ANALYZE DELETE FROM t",
        "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
        "COPY player FROM STDIN", "COPY (DELETE FROM t RETURNING id) TO STDOUT", "COPY (SELECT f(1)) TO STDOUT",
        "SELECT 1 WHERE x = pg_catalog.lo_unlink(5)", "SELECT a.b.count(1)",
    ])
    func theseMayNot(_ text: String) { #expect(!SQL(raw: text).onlyReads(backslashesAreText: true)) }

    /// Where a backslash may hide the end of a string, nothing is certain.
    @Test func backslashes() {
        #expect(SQL("SELECT 'a\\d'").onlyReads(backslashesAreText: true))
        #expect(!SQL("SELECT 'a\\d'").onlyReads(backslashesAreText: false))
        #expect(SQL("SELECT \(1) WHERE true = \(true)").onlyReads(backslashesAreText: false))
    }
}
