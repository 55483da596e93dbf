import PGSchemaCatalog
import PGSchemaMigrations
import PGWire

/// The settings of the transactions of backup, restore and reset. They end with the transaction, so that a pooler's server
/// connection keeps none of them.
enum BackupSession {
    /// How long a statement waits for a lock, and thereby keeps others waiting.
    static let lockTimeout = "5s"

    /// The format of values, which must not depend on settings of the role or the database.
    static let format = """
        SET LOCAL client_encoding = 'UTF8';
        SET LOCAL standard_conforming_strings = on;
        SET LOCAL datestyle = 'ISO, YMD';
        SET LOCAL intervalstyle = 'postgres';
        SET LOCAL extra_float_digits = 3;
        SET LOCAL bytea_output = 'hex';
        SET LOCAL xmloption = 'content';
        SET LOCAL row_security = off;
        SET LOCAL search_path = '';
        """

    /// No limit fits a backup; only the wait for locks is limited.
    static let timeouts = """
        SET LOCAL statement_timeout = 0;
        SET LOCAL idle_in_transaction_session_timeout = 0;
        SET LOCAL lock_timeout = '\(lockTimeout)';
        """

    /// PostgreSQL 17 and newer can limit whole transactions too. This is a query, so it takes the snapshot.
    static let noTransactionTimeout = """
        SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'transaction_timeout';
        """

    /// Makes servers that can refuse to read views and foreign tables do so: they could run anybody's code.
    static let noViews = """
        SELECT pg_catalog.set_config(name, 'view, foreign-table', true) FROM pg_catalog.pg_settings
        WHERE name OPERATOR(pg_catalog.=) 'restrict_nonsystem_relation_kind';
        """

    static func configuration(_ configuration: Connection.Configuration) -> Connection.Configuration {
        var configuration = configuration
        configuration.statementTimeout = nil
        // A row may be as large as the server's limit.
        configuration.maximumMessageSize = 1 << 30
        return configuration
    }

    /// Keeps migrations, other restores and resets away until the transaction ends.
    ///
    /// - Throws: ``BackupError/migrationInProgress``
    static func takeMigrationLock(_ table: VersionTable, _ tx: borrowing Transaction) async throws {
        let isTaken = try await tx.fetchOne(
            "SELECT pg_catalog.pg_try_advisory_xact_lock(\(table.lockKey))", as: Bool.self)
        guard isTaken else { throw BackupError.migrationInProgress }
    }

    /// The revisions that the version table holds, as text; nil without the table.
    static func revision(
        _ table: VersionTable, in schema: String, _ db: borrowing some Queryable & ~Copyable
    ) async throws -> String? {
        let found = try await db.fetchOne(
            catalog: """
                SELECT (SELECT c.oid::regclass::text FROM pg_class c
                        WHERE c.oid = to_regclass(format('%I.%I', \(schema)::text, \(table.name)::text)) AND c.relkind = 'r')
                """, as: String?.self)
        guard let found else { return nil }
        let ids = try await VersionTable.rows(ofTable: found, db)
        return ids.isEmpty ? "<base>" : ids.joined(separator: ", ")
    }
}
