import PGSchemaCatalog
import PGWire

/// The locks on relations, as `pg_locks` shows them.
package struct LockReading: Sendable {
    /// The strongest mode on each relation.
    package private(set) var modes: [Int64: LockMode] = [:]
    /// Whether a lock is not granted yet.
    private(set) var isWaiting = false

    init() {}

    /// Reads the locks of a server process, held or waited for. Nil is the connection's own process.
    ///
    /// - Throws: `PostgresError`
    init(of process: Int32? = nil, _ db: borrowing some Queryable & ~Copyable) async throws {
        let rows = try await db.fetchAll(
            catalog: """
                SELECT CASE WHEN l.locktype = 'relation' AND l.database = d.oid THEN l.relation ELSE 0 END::int8, l.mode,
                       l.granted
                FROM pg_locks l JOIN pg_database d ON d.datname = current_database()
                WHERE l.pid = coalesce(\(process)::int4, pg_backend_pid())
                """, as: (Int64, String, Bool).self)
        for (relation, name, isGranted) in rows {
            if !isGranted { isWaiting = true }
            if relation > 0, let mode = LockMode(catalogName: name) { note(mode, on: relation) }
        }
    }

    /// Adds a later reading.
    package mutating func add(_ other: LockReading) {
        isWaiting = other.isWaiting
        for (relation, mode) in other.modes { note(mode, on: relation) }
    }

    private mutating func note(_ mode: LockMode, on relation: Int64) {
        modes[relation] = max(modes[relation] ?? mode, mode)
    }
}
