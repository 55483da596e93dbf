import PGSchemaCatalog
import PGWire
import TestSupport

/// What others see in `pg_locks` while a statement runs: written without a line of lint's own.
enum LockObservation {
    private static let modes = [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
        "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
    ]

    private static func strongest(_ modes: [String]) -> String? {
        modes.max { Self.modes.firstIndex(of: $0) ?? -1 < Self.modes.firstIndex(of: $1) ?? -1 }
    }

    /// The strongest lock on each table that was there before, while the statement's transaction is open; nil for a statement
    /// that cannot run in one.
    static func locks(of statement: String, _ configuration: Connection.Configuration) async throws -> [String: String]?
    {
        try await Connection.withConnection(configuration) { watcher in
            let tables = try await watcher.fetchAll(
                """
                SELECT c.oid::int8, c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
                AND c.relkind IN ('r', 'p', 'v', 'm')
                """, as: (Int64, String).self)
            return try await Connection.withConnection(configuration) { db -> [String: String]? in
                struct Rollback: Error {}
                var locks: [String: String]?
                do {
                    try await db.transaction { tx in
                        let process = try await tx.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
                        do {
                            try await tx.execute(script: statement)
                        } catch PostgresError.server(let error) where error.sqlState == .activeSqlTransaction {
                            throw Rollback()
                        }
                        let rows = try await watcher.fetchAll(
                            "SELECT relation::int8, mode FROM pg_locks WHERE pid = \(process) AND locktype = 'relation'",
                            as: (Int64, String).self)
                        var found: [String: String] = [:]
                        for (table, name) in tables {
                            found[name] = strongest(rows.filter { $0.0 == table }.map(\.1))
                        }
                        locks = found
                        throw Rollback()
                    }
                } catch is Rollback {}
                return locks
            }
        }
    }

    /// The strongest lock on a table that a statement outside a transaction holds or waits for, when it has come to the
    /// point where it waits for a writer.
    static func locksOutside(
        of statement: String, on table: String, _ configuration: Connection.Configuration
    ) async throws -> String? {
        try await Connection.withConnection(configuration) { writer in
            try await Connection.withConnection(configuration) { db in
                let process = try await db.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
                try await writer.execute(script: "BEGIN; LOCK TABLE \(table) IN ROW EXCLUSIVE MODE")
                async let end = db.execute(script: statement)
                var found: [String] = []
                while found.isEmpty {
                    found = try await writer.fetchAll(
                        """
                        SELECT mode FROM pg_locks WHERE pid = \(process) AND relation = \(table)::regclass
                        AND EXISTS (SELECT FROM pg_locks w WHERE w.pid = \(process) AND NOT w.granted)
                        """, as: String.self)
                }
                try await writer.execute(script: "COMMIT")
                _ = try await end
                return strongest(found)
            }
        }
    }
}
