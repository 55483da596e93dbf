import PGSchemaCatalog
import PGSchemaReports
package import PGWire
import Synchronization

/// Watches the locks of a statement that cannot run in a transaction, from another connection.
///
/// On tables with a few rows it would be over before anybody could look. So every table is held with a lock as a writer
/// takes it, until the statement waits for that to go away, as CREATE INDEX CONCURRENTLY does.
package struct LockWatch {
    private let configuration: Connection.Configuration
    private let tables: [String]

    package init(_ configuration: Connection.Configuration, tables: [String]) {
        self.configuration = configuration
        self.tables = tables
    }

    /// Runs `script` on `db`.
    ///
    /// - Returns: the locks that it held or waited for.
    /// - Throws: `PostgresError`
    package func run(_ script: String, _ db: Connection) async throws -> LockReading {
        try await Connection.withConnection(configuration) { writer in
            try await Connection.withConnection(configuration) { watcher in
                let process = try await db.fetchOne(catalog: "SELECT pg_backend_pid()", as: Int32.self)
                if !tables.isEmpty {
                    let list = tables.joined(separator: ", ")
                    try await writer.execute(script: "BEGIN; LOCK TABLE \(list) IN ROW EXCLUSIVE MODE")
                }
                let end = End()
                async let result: Void = end.after { try await db.execute(script: script) }
                var reading = LockReading()
                while !end.isReached, !reading.isWaiting { try await look(&reading, at: process, watcher) }
                if !tables.isEmpty { try await writer.execute(script: "COMMIT") }
                while !end.isReached { try await look(&reading, at: process, watcher) }
                try await result
                return reading
            }
        }
    }

    private func look(_ reading: inout LockReading, at process: Int32, _ watcher: Connection) async throws {
        reading.add(try await LockReading(of: process, watcher))
        try await Task.sleep(for: .milliseconds(1))
    }

    /// Whether the statement has come to its end.
    private final class End: Sendable {
        private let state = Atomic(false)

        var isReached: Bool { state.load(ordering: .acquiring) }

        func after(_ body: () async throws -> Void) async throws {
            defer { state.store(true, ordering: .releasing) }
            try await body()
        }
    }
}
