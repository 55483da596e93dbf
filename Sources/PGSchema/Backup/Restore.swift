import PGSchemaCatalog
public import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
public import PGWire

/// Restores a backup into the schema that it is of: all of it or nothing, after the whole file was checked.
///
/// The schema must be the default one, or not be there yet. A backup of schemas that were asked for goes into those.
///
/// ```swift
/// let summary = try await Restore(configuration, path: "shop.backup").run()
/// print("restored at \(summary.revision ?? "no revision")")
/// ```
public struct Restore: Sendable {
    /// Whether to drop everything that the schema holds before. If not, it must be empty.
    public var replaces = false
    /// The version table of the database: its advisory lock is taken, and the summary names its revisions.
    public var versionTable = VersionTable.standard
    /// How long to ask the server for the outcome of a COMMIT that it did not answer.
    public var outcomeTimeout = Duration.seconds(10)

    private let configuration: Connection.Configuration
    private let path: String
    private let report: BackupProgress.Handler

    /// A restore of the file at `path`.
    ///
    /// - Parameters:
    ///   - configuration: how to connect. Its statement timeout is ignored.
    ///   - path: the file, plain or compressed with gzip.
    ///   - progress: is called with the progress, on the task that runs the restore.
    public init(
        _ configuration: Connection.Configuration, path: String, progress: @escaping BackupProgress.Handler = { _ in }
    ) {
        self.configuration = BackupSession.configuration(configuration)
        self.path = path
        report = progress
    }

    /// What was restored.
    public struct Summary: Sendable {
        /// The number of tables.
        public var tables = 0
        /// The number of rows.
        public var rows: Int64 = 0
        /// The revisions in the version table; nil without that table.
        public var revision: String?
        /// Warnings of the server, and what could not be restored.
        public var notes: [String] = []
    }

    /// Checks the file and restores it.
    ///
    /// - Throws: ``BackupError``, `PostgresError`, `CancellationError`. Nothing was changed then, unless the error says that
    ///   this is not known.
    public func run() async throws -> Summary {
        let source = try BackupSource(path: path)
        try check(source)
        let notes = RestoreNotes()
        var configuration = configuration
        configuration.noticeHandler = { notes.take($0) }
        var transaction: String?
        do {
            var summary = try await Connection.withConnection(configuration) { db in
                try await db.transaction { tx in
                    let id = try await tx.fetchOne(catalog: "SELECT pg_current_xact_id()::text", as: String.self)
                    transaction = id
                    return try await verifyingOneTransaction(id, tx) { try await restore(source, tx) }
                }
            }
            summary.notes += notes.all
            return summary
        } catch PostgresError.commitOutcomeUnknown(let error) {
            let reason = PostgresError.connection(error)
            guard let transaction, let wasCommitted = await wasCommitted(transaction) else {
                throw BackupError.outcomeUnknown(reason: reason)
            }
            guard wasCommitted else { throw BackupError.failed(part: "COMMIT", reason: reason) }
            return Summary(notes: ["the connection was lost at the end, but the server says that all of it is there"])
        } catch PostgresError.connection(let error) where error.phase == .query || error.phase == .idle {
            throw BackupError.connectionLost(reason: PostgresError.connection(error))
        } catch PostgresError.server(let error) {
            throw BackupError.refused(reason: PostgresError.server(error))
        }
    }

    /// Runs `body`, and checks that the transaction is still the same afterwards, also when it fails: a part of the file may
    /// have ended it and begun another one.
    ///
    /// Only the same transaction has the savepoint, whose name is random.
    private func verifyingOneTransaction<R>(
        _ id: String, _ tx: borrowing Transaction, _ body: () async throws -> R
    ) async throws -> R {
        let savepoint = "restore_\(UInt64.random(in: 0...UInt64.max))"
        try await tx.execute(script: "SAVEPOINT \(savepoint)")
        let result: R
        do {
            result = try await body()
        } catch let error as CancellationError {
            throw error
        } catch {
            let isEnded: Bool
            do {
                try await tx.execute(script: "ROLLBACK TO SAVEPOINT \(savepoint)")
                isEnded = false
            } catch PostgresError.connection {
                isEnded = await wasCommitted(id) == true
            } catch PostgresError.server, PostgresError.usage {
                isEnded = true
            }
            guard isEnded else { throw error }
            switch error {
            case BackupError.failed(let part, let reason):
                throw BackupError.transactionEnded(part: part, reason: reason)
            // Their texts say that nothing was changed, which is not true.
            case is BackupError: throw BackupError.transactionEnded(part: path, reason: nil)
            default: throw BackupError.transactionEnded(part: path, reason: error)
            }
        }
        do {
            try await tx.execute(script: "RELEASE SAVEPOINT \(savepoint)")
        } catch PostgresError.server, PostgresError.usage {
            throw BackupError.transactionEnded(part: path, reason: nil)
        }
        return result
    }

    /// Checks the whole file, without a connection.
    ///
    /// - Throws: ``BackupError`` when it is no backup, or was changed.
    public func check() throws { try check(try BackupSource(path: path)) }

    private func check(_ source: BackupSource) throws {
        let reader = try BackupReader(source)
        try reader.check {
            try Task.checkCancellation()
            show("checking", "\(path)", fraction: share(of: source) / 20)
        }
        // A right checksum does not mean that a backup wrote the file.
        try checkParts(BackupReader(source), source)
    }

    /// Checks every part before anything is sent.
    private func checkParts(_ reader: BackupReader, _ source: BackupSource) throws {
        while let part = try reader.next() {
            try Task.checkCancellation()
            show("checking", "\(path)", fraction: 0.05 + share(of: source) / 20)
            switch part {
            case .sql(let label, let text), .copy(let label, let text):
                do throws(BackupError.UnsafeText) { try BackupText.check(text) } catch {
                    throw BackupError.unsafePart(path, part: label, error)
                }
                if case .copy = part { while try reader.nextRows() != nil { try Task.checkCancellation() } }
            case .begin, .commit, .rows: break
            }
        }
    }

    func show(_ stage: String, _ detail: String, fraction: Double?) {
        report(BackupProgress(stage: stage, detail: detail, fraction: fraction))
    }

    private func share(of source: BackupSource) -> Double {
        source.size > 0 ? Double(source.position) / Double(source.size) : 0
    }

    private func restore(_ source: BackupSource, _ tx: borrowing Transaction) async throws -> Summary {
        try await tx.execute(script: "\(BackupSession.timeouts)\n\(BackupSession.noTransactionTimeout)")
        try await BackupSession.takeMigrationLock(versionTable, tx)
        let reader = try BackupReader(source)
        try await checkPlace(reader, tx)
        let there = try await objects(of: reader, tx)
        var summary = Summary()
        let published = try await emptySchemas(there, tx)
        var counts: [(table: String, rows: Int64)] = []
        var isComplete = false
        while let part = try reader.next() {
            guard !isComplete else { throw BackupError.altered(path, "something follows its COMMIT") }
            switch part {
            case .begin: break
            case .commit: isComplete = true
            case .sql(let label, let text):
                show("restoring", label, fraction: 0.1 + share(of: source) * 0.9)
                if replaces { try await removeLargeObject(label, text, tx) }
                try await execute(text, label, tx)
            case .copy(let label, let text):
                let rows = try await copy(text, label, reader, source, tx)
                guard rows < Int64.max / 1_000_000 else {
                    throw BackupError.altered(path, "the server counts more rows than there can be")
                }
                counts.append((label, rows))
            case .rows(let label, let count):
                guard let last = counts.last, last.table == label else {
                    throw BackupError.altered(path, "it counts the rows of another table")
                }
                guard last.rows == count else {
                    throw BackupError.rowCountMismatch(table: label, expected: count, found: last.rows)
                }
            }
        }
        guard isComplete else { throw BackupError.incomplete(path) }
        summary.tables = counts.count
        summary.rows = counts.reduce(0) { $0 + $1.rows }
        if let objects = try await objects(of: reader, tx) {
            try await checkCounts(counts, objects, tx)
            summary.revision = try await BackupSession.revision(versionTable, in: objects.schema, tx)
            let stillPublished = try await objects.publications(tx)
            summary.notes = published.filter { !stillPublished.contains($0) }.map {
                "no longer published, because it was dropped and created again: \($0)"
            }
        }
        return summary
    }

    private func execute(_ text: String, _ label: String, _ tx: borrowing Transaction) async throws {
        do {
            try await tx.execute(script: text)
        } catch let error as PostgresError {
            throw BackupError.failed(part: label, reason: error)
        }
    }

    private func copy(
        _ text: String, _ label: String, _ reader: BackupReader, _ source: BackupSource, _ tx: borrowing Transaction
    ) async throws -> Int64 {
        do {
            let count = try await tx.copyIn(SQL(raw: text)) { writer in
                while let rows = try reader.nextRows() {
                    try await writer.write(rows)
                    show("restoring", label, fraction: 0.1 + share(of: source) * 0.9)
                }
            }
            return Int64(count)
        } catch let error as PostgresError {
            throw BackupError.failed(part: "the rows of \(label)", reason: error)
        }
    }

    /// Counts the rows in the tables, which a rule or a trigger could have changed.
    private func checkCounts(
        _ counts: [(table: String, rows: Int64)], _ objects: SchemaObjects, _ tx: borrowing Transaction
    ) async throws {
        let names = try await objects.tableNames(tx)
        for (table, rows) in counts {
            // The label is the name without what is not safe in a comment.
            guard let name = names.first(where: { BackupFormat.printable($0) == table }) else { continue }
            show("counting", table, fraction: 1)
            let found = try await tx.fetchOne("SELECT pg_catalog.count(*) FROM ONLY \(raw: name)", as: Int64.self)
            guard found == rows else { throw BackupError.rowCountMismatch(table: table, expected: rows, found: found) }
        }
    }

    /// Asks the server for the outcome of a transaction whose COMMIT it did not answer; nil when it cannot tell.
    ///
    /// Another task asks, because this one may be cancelled, and the outcome matters all the more then.
    private func wasCommitted(_ transaction: String) async -> Bool? {
        let configuration = configuration
        let deadline = ContinuousClock.now + outcomeTimeout
        return await Task { () -> Bool? in
            repeat {
                let status = try? await Connection.withConnection(configuration) { db in
                    try await db.fetchOne(
                        catalog: "SELECT pg_xact_status(\(transaction)::text::xid8)", as: String?.self)
                }
                if let status, status != "in progress" { return status == "committed" }
                try? await Task.sleep(for: .milliseconds(500))
            } while ContinuousClock.now < deadline
            return nil
        }.value
    }
}
