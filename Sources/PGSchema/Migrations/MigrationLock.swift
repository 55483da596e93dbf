import PGSchemaCatalog
import PGSchemaReports
package import PGWire

/// Keeps migrators apart: one advisory lock for all who migrate a database with this program.
///
/// It belongs to a transaction, because behind a transaction pooler a session's lock stays with a server connection that somebody
/// else gets next. It is tried for again and again instead of being waited for: who waits inside a statement holds a snapshot, and
/// a `CREATE INDEX CONCURRENTLY` of the lock's owner would wait for that snapshot to go.
package struct MigrationLock {
    package let migrator: Migrator

    /// Runs `body` in a transaction that holds the lock, with the timeouts of a migration.
    ///
    /// - Throws: ``MigrationError/lockedOut(_:)``, `PostgresError`, or what `body` throws.
    package func with<R>(_ db: Connection, _ body: (borrowing Transaction) async throws -> R) async throws -> R {
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(50)
        var hasReported = false
        while true {
            // Read committed: what is read after the lock was granted must be what its last holder left.
            let result: R? = try await db.transaction(isolation: .readCommitted) { tx in
                guard try await take(tx) else { return nil }
                try await migrator.setTimeouts(tx)
                return try await body(tx)
            }
            if let result { return result }
            guard ContinuousClock.now - start < migrator.advisoryLockTimeout else {
                throw MigrationError.lockedOut(migrator.advisoryLockTimeout)
            }
            if !hasReported { migrator.report(.waiting("Another migration is under way: waiting for it to end")) }
            hasReported = true
            // Not all at once.
            try await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func take(_ tx: borrowing Transaction) async throws -> Bool {
        try await tx.fetchOne(
            "SELECT pg_catalog.pg_try_advisory_xact_lock(\(migrator.graph.versionTable.lockKey))", as: Bool.self)
    }
}

extension Migrator {
    /// Gives a transaction the timeouts of a migration. They hold for this transaction only, so nothing stays behind with a
    /// pooler's server connection; with `isLocal` false, for the session.
    package func setTimeouts(_ db: borrowing some Queryable & ~Copyable, isLocal: Bool = true) async throws {
        let lockTimeout = String(lockTimeout.milliseconds)
        try await db.execute(
            """
            SELECT pg_catalog.set_config('lock_timeout', \(lockTimeout), \(isLocal)),
                   pg_catalog.set_config('statement_timeout', '0', \(isLocal)),
                   pg_catalog.set_config('idle_in_transaction_session_timeout', '0', \(isLocal)),
                   CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL
                        THEN pg_catalog.set_config('transaction_timeout', '0', \(isLocal)) END
            """)
    }
}
