import PGSchemaCatalog
import PGSchemaMigrations
import PGWire

/// What backup, restore and reset ask of their transaction. All of it ends with the transaction, so that nothing stays
/// behind with a pooler's server connection.
enum BackupSession {
    /// A statement waits at most so long for somebody else's lock, and keeps others waiting no longer.
    static let lockTimeout = "5s"

    /// How values are written and read: nothing of it may hang on how the role or the database is set up.
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

    /// It takes as long as it takes; what must not last is waiting for locks.
    static let timeouts = """
        SET LOCAL statement_timeout = 0;
        SET LOCAL idle_in_transaction_session_timeout = 0;
        SET LOCAL lock_timeout = '\(lockTimeout)';
        """

    /// PostgreSQL 17 and newer can limit whole transactions too. It is a query, so it makes the snapshot.
    static let noTransactionTimeout = """
        SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'transaction_timeout';
        """

    /// Where the server can keep from reading what is no table, it does: nobody's view is to run while a backup is taken.
    static let noViews = """
        SELECT pg_catalog.set_config(name, 'view, foreign-table', true) FROM pg_catalog.pg_settings
        WHERE name OPERATOR(pg_catalog.=) 'restrict_nonsystem_relation_kind';
        """

    static func configuration(_ configuration: Connection.Configuration) -> Connection.Configuration {
        var configuration = configuration
        configuration.statementTimeout = nil
        // A row may be as large as the server's own limit.
        configuration.maximumMessageSize = 1 << 30
        return configuration
    }

    /// Holds off migrations, other restores and resets until the transaction ends.
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
            catalog: "SELECT to_regclass(format('%I.%I', \(schema)::text, \(table.name)::text))::text", as: String?.self
        )
        guard let found else { return nil }
        let ids = try await VersionTable.rows(ofTable: found, db)
        return ids.isEmpty ? "<base>" : ids.joined(separator: ", ")
    }
}
