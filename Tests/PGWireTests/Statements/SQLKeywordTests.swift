import PGWire
import Testing

/// Which statements are sent in a batch of their own.
@Suite struct SQLKeywordTests {
    @Test(arguments: [
        "BEGIN", "begin isolation level serializable", "START TRANSACTION", " VACUUM t", "VACUUM(FULL) t",
        "REINDEX TABLE t",
        "CLUSTER t", "LOCK TABLE t", "SET a = 1", "SAVEPOINT s", "CALL p()", "DO $$ $$", "DISCARD ALL",
        "CREATE DATABASE d",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "CREATE INDEX CONCURRENTLY i ON t (a)", "DROP DATABASE d", "DROP INDEX CONCURRENTLY i",
        "ALTER SYSTEM SET a = 1",
        "SET TRANSACTION READ ONLY", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "COMMIT PREPARED 'a'",
        "-- once a day\nVACUUM t", "-- c\rVACUUM", "/* a /* nested */ one */ \n begin",
    ])
    func alone(text: String) { #expect(SQL(raw: text).needsOwnBatch) }

    @Test(arguments: [
        "", "SELECT 1", "INSERT INTO begin VALUES (1)", "CREATE TABLE t ()", "CREATE INDEX i ON t (a)", "DROP TABLE t",
        "ALTER TABLE t ADD a int", "RESET a", "COMMIT", "ROLLBACK", "LISTEN c", "TRUNCATE t", "EXPLAIN SELECT 1",
        "CREATE TABLE a AS SELECT * FROM database", "WITH vacuum AS (SELECT 1) SELECT 2",
        "-- BEGIN\nSELECT 1", "/* VACUUM /* */ BEGIN */ SELECT 1", "/* BEGIN", "--", "DELETE FROM t",
        "DECLARE c CURSOR FOR SELECT 1",
        "SELEKT", "s", "/", "é",
    ])
    func together(text: String) { #expect(!SQL(raw: text).needsOwnBatch) }
}
