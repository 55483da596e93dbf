#if ScribeApp
import PGWire
import ScribeApp
import Synchronization

/// What others see in `pg_locks` while a statement's transaction is open: written without a line of lint's own.
enum LockObservation {
    private static let modes = [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
        "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
    ]

    /// The strongest lock on each table that was there before; nil for a statement that cannot be watched: outside a
    /// transaction it is over before one can look.
    static func locks(
        of statement: String, _ configuration: Configuration, isTransactional: Bool
    ) async throws -> [String: String]? {
        try await Connection.withConnection(configuration) { watcher in
            let tables = try await watcher.fetchAll(
                """
                SELECT c.oid::int8, c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
                AND c.relkind IN ('r', 'p', 'v', 'm')
                """, as: (Int64, String).self)
            let names = Dictionary(uniqueKeysWithValues: tables)
            return try await Connection.withConnection(configuration) { db -> [String: String]? in
                struct Rollback: Error {}
                var locks: [String: String]?
                do {
                    try await db.transaction { tx in
                        let process = try await tx.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
                        do {
                            try await tx.execute(script: statement)
                        } catch PGError.server(let error) where error.sqlState == .activeSqlTransaction {
                            throw Rollback()
                        }
                        locks = try await read(process, names, watcher)
                        throw Rollback()
                    }
                } catch is Rollback {}
                return locks
            }
        }
    }

    private static func read(
        _ process: Int32, _ names: [Int64: String], _ watcher: Connection
    ) async throws -> [String: String] {
        let rows = try await watcher.fetchAll(
            "SELECT relation::int8, mode FROM pg_locks WHERE pid = \(process) AND locktype = 'relation'",
            as: (Int64, String).self)
        var strongest: [String: String] = [:]
        for (relation, mode) in rows {
            guard let name = names[relation] else { continue }
            let place = modes.firstIndex(of: mode) ?? -1
            if place > strongest[name].flatMap({ modes.firstIndex(of: $0) }) ?? -1 { strongest[name] = mode }
        }
        return strongest
    }
}
#endif
