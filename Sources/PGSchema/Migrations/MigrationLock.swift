import PGSchemaCatalog
import PGSchemaReports
package import PGWire

/// The advisory lock that keeps migrators of one database apart (manual: "Advisory Locks").
///
/// It is a lock of the transaction, because behind a transaction pooler a session's lock stays with a server connection that
/// somebody else gets next. It is polled, because a statement that waits for it would hold a snapshot, for which a
/// `CREATE INDEX CONCURRENTLY` of the lock's holder would wait.
package struct MigrationLock {
    package let migrator: Migrator

    /// Runs `body` in a transaction that holds the lock, with the timeouts of a migration.
    ///
    /// - Throws: ``MigrationError/advisoryLockTimedOut(_:)``, `PostgresError`, or what `body` throws.
    package func with<R>(_ db: Connection, _ body: (borrowing Transaction) async throws -> R) async throws -> R {
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(50)
        var hasReported = false
        while true {
            // Read committed, so that what is read after the lock was granted is what its last holder left.
            let result: R? = try await db.transaction(isolation: .readCommitted) { tx in
                guard try await take(tx) else { return nil }
                try await migrator.setTimeouts(tx)
                return try await body(tx)
            }
            if let result { return result }
            guard ContinuousClock.now - start < migrator.advisoryLockTimeout else {
                throw MigrationError.advisoryLockTimedOut(migrator.advisoryLockTimeout)
            }
            if !hasReported { migrator.report(.waiting("Another migration is under way: waiting for it to end")) }
            hasReported = true
            // Jitter: several waiting migrators do not try at the same moment.
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
    /// Sets the timeouts of a migration, for this transaction only, so that a pooler's server connection keeps none of them;
    /// with `isLocal` false, for the session.
    func setTimeouts(_ db: borrowing some Queryable & ~Copyable, isLocal: Bool = true) async throws {
        let lockTimeout = String(lockTimeout.wholeMilliseconds)
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
