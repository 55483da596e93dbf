/// An advisory lock as it is asked for, and the SQL for it.
struct AdvisoryLock: Hashable {
    var key: AdvisoryLockKey
    var isShared: Bool

    private var suffix: SQL { isShared ? "_shared" : "" }

    /// Waits for the lock, which the transaction has until it ends.
    var inTransaction: SQL { "SELECT pg_catalog.pg_advisory_xact_lock\(suffix)(\(key.arguments))" }

    /// Takes the lock for the transaction if it is free.
    var inTransactionIfFree: SQL { "SELECT pg_catalog.pg_try_advisory_xact_lock\(suffix)(\(key.arguments))" }

    /// Takes the lock for the session: false when it is not free, and NULL when another server process answers than the one
    /// with this number.
    func inSession(of process: Int32?, waiting: Bool) -> SQL {
        let call: SQL =
            waiting
            // It returns nothing, which is not NULL.
            ? "pg_catalog.pg_advisory_lock\(suffix)(\(key.arguments)) IS NOT NULL"
            : "pg_catalog.pg_try_advisory_lock\(suffix)(\(key.arguments))"
        guard let process else { return "SELECT \(call)" }
        return """
            SELECT CASE WHEN pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) \(process) THEN \(call) END
            """
    }

    /// Gives the session's lock back: false when there was none.
    var release: SQL { "SELECT pg_catalog.pg_advisory_unlock\(suffix)(\(key.arguments))" }

    /// Gives the session's lock back if there is one.
    var releaseIfHeld: SQL {
        """
        SELECT pg_catalog.pg_advisory_unlock\(suffix)(\(key.arguments)) FROM pg_catalog.pg_locks l
        WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
        AND l.mode OPERATOR(pg_catalog.=) \(raw: isShared ? "'ShareLock'" : "'ExclusiveLock'") AND l.granted
        AND l.database OPERATOR(pg_catalog.=) (
            SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
        AND \(key.condition)
        """
    }
}
