import PGSchemaCatalog
import PGSchemaReports
import PGWire
import Synchronization

/// Watches the locks of a statement that cannot run in a transaction block, from another connection.
///
/// On tables with a few rows the statement would end before its locks could be read. So a third connection holds the lock of
/// a writer on every table, until the statement waits for that, as CREATE INDEX CONCURRENTLY does.
struct LockWatch {
    private let configuration: Connection.Configuration
    private let tables: [String]

    init(_ configuration: Connection.Configuration, tables: [String]) {
        self.configuration = configuration
        self.tables = tables
    }

    /// Runs `script` on `db`.
    ///
    /// - Returns: the locks that it held or waited for.
    /// - Throws: `PostgresError`
    func run(_ script: String, _ db: Connection) async throws -> LockReading {
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

    /// Whether the statement has ended.
    private final class End: Sendable {
        private let state = Atomic(false)

        var isReached: Bool { state.load(ordering: .acquiring) }

        func after(_ body: () async throws -> Void) async throws {
            defer { state.store(true, ordering: .releasing) }
            try await body()
        }
    }
}
