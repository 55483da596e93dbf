import PGSchemaCatalog
public import PGSchemaMigrations
import PGSchemaReports
public import PGWire

/// Puts a backup back: all of it or nothing, after the whole file was found to be as it was written.
public struct Restore: Sendable {
    /// Whether to drop what the schema holds.
    public var replaces = false
    /// The version table of whoever migrates the database: its lock is taken, and its revisions are told.
    public var versionTable = VersionTable.standard
    /// How long the server is asked what became of a COMMIT that it did not answer.
    public var outcomeTimeout = Duration.seconds(10)

    private let configuration: Connection.Configuration
    private let path: String
    private let report: BackupProgress.Handler

    /// A restore of the file at `path`.
    ///
    /// - Parameters:
    ///   - configuration: how to connect; without a statement timeout, whatever it says.
    ///   - path: the file, plain or compressed by gzip.
    ///   - progress: is told how far it has come.
    public init(
        _ configuration: Connection.Configuration, path: String, progress: @escaping BackupProgress.Handler = { _ in }
    ) {
        self.configuration = BackupSession.configuration(configuration)
        self.path = path
        report = progress
    }

    /// What was restored.
    public struct Summary: Sendable {
        /// How many tables.
        public var tables = 0
        /// How many rows.
        public var rows: Int64 = 0
        /// What the version table holds; nil without one.
        public var revision: String?
        /// What the server warned of, and what is no longer as it was.
        public var notes: [String] = []
    }

    /// Checks the file and restores it.
    ///
    /// - Throws: ``BackupError``, `PostgresError`, `CancellationError`; then nothing was changed, unless the error says that this
    ///   is not known.
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
                    return try await provingOneTransaction(id, tx) { try await restore(source, tx) }
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
            throw BackupError.cutOff(reason: PostgresError.connection(error))
        } catch PostgresError.server(let error) {
            throw BackupError.refused(reason: PostgresError.server(error))
        }
    }

    /// Runs `body`, in the end of which the transaction must be the one that it was in the beginning, also when it fails:
    /// a part of the file may have ended it, and begun another one. What is said of the outcome is what the server says.
    ///
    /// Only in the same transaction there is a savepoint whose name nobody else can know.
    private func provingOneTransaction<R>(
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
            // They say that nothing was changed, which is not so.
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

    /// Reads the whole file, and touches nothing.
    ///
    /// - Throws: ``BackupError`` when it is not as `db backup` wrote it.
    public func check() throws { try check(try BackupSource(path: path)) }

    private func check(_ source: BackupSource) throws {
        let reader = try BackupReader(source)
        try reader.check {
            try Task.checkCancellation()
            show("checking", "\(path)", fraction: share(of: source) / 20)
        }
        // Anybody can write a checksum.
        try checkParts(BackupReader(source), source)
    }

    /// Looks at every part before anything is sent.
    private func checkParts(_ reader: BackupReader, _ source: BackupSource) throws {
        while let part = try reader.next() {
            try Task.checkCancellation()
            show("checking", "\(path)", fraction: 0.05 + share(of: source) / 20)
            switch part {
            case .sql(let label, let text), .copy(let label, let text):
                do throws(BackupText.Problem) { try BackupText.check(text) } catch {
                    throw BackupError.unsafePart(path, part: label, error)
                }
                if case .copy = part { while try reader.nextRows() != nil { try Task.checkCancellation() } }
            case .begin, .commit, .rows: break
            }
        }
    }

    private func show(_ stage: String, _ detail: String, fraction: Double?) {
        report(BackupProgress(stage: stage, detail: detail, fraction: fraction))
    }

    private func share(of source: BackupSource) -> Double {
        source.size > 0 ? Double(source.position) / Double(source.size) : 0
    }

    private func restore(_ source: BackupSource, _ tx: borrowing Transaction) async throws -> Summary {
        try await tx.execute(script: "\(BackupSession.timeouts)\n\(BackupSession.noTransactionTimeout)")
        try await BackupSession.takeMigrationLock(versionTable, tx)
        let objects = try await SchemaObjects(ofDefaultSchema: tx)
        let reader = try BackupReader(source)
        guard reader.schema == BackupFormat.printable(objects.schema) else {
            throw BackupError.otherSchema(backup: reader.schema, here: objects.schema)
        }
        var summary = Summary()
        summary.notes = try await makeRoom(objects, tx)
        var counts: [(table: String, rows: Int64)] = []
        var isComplete = false
        while let part = try reader.next() {
            guard !isComplete else { throw BackupError.altered(path, "something follows its COMMIT") }
            switch part {
            case .begin: break
            case .commit: isComplete = true
            case .sql(let label, let text):
                show("restoring", label, fraction: 0.1 + share(of: source) * 0.9)
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
                    throw BackupError.wrongCount(table: label, expected: count, found: last.rows)
                }
            }
        }
        guard isComplete else { throw BackupError.incomplete(path) }
        summary.tables = counts.count
        summary.rows = counts.reduce(0) { $0 + $1.rows }
        try await checkCounts(counts, objects, tx)
        summary.revision = try await BackupSession.revision(versionTable, in: objects.schema, tx)
        return summary
    }

    /// Looks that the schema is empty, or makes it so.
    private func makeRoom(_ objects: SchemaObjects, _ tx: borrowing Transaction) async throws -> [String] {
        let there = try await objects.descriptions(tx)
        guard !there.isEmpty else { return [] }
        guard replaces else {
            throw BackupError.notEmpty(schema: objects.schema, examples: Array(there.prefix(3)), count: there.count)
        }
        let publications = try await objects.publications(tx)
        show("dropping", "what is there", fraction: 0.1)
        do {
            try await objects.drop(tx)
        } catch let error as PostgresError {
            throw BackupError.failed(part: "dropping what is there", reason: error)
        }
        return publications.map { "no longer published, as it was dropped and made anew: \($0)" }
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

    /// What the tables really hold, which a rule or a trigger of somebody else's could have changed.
    private func checkCounts(
        _ counts: [(table: String, rows: Int64)], _ objects: SchemaObjects, _ tx: borrowing Transaction
    ) async throws {
        let names = try await objects.tableNames(tx)
        for (table, rows) in counts {
            // The label is the name but for what may not stand in a comment.
            guard let name = names.first(where: { BackupFormat.printable($0) == table }) else { continue }
            show("counting", table, fraction: 1)
            let found = try await tx.fetchOne("SELECT pg_catalog.count(*) FROM \(raw: name)", as: Int64.self)
            guard found == rows else { throw BackupError.wrongCount(table: table, expected: rows, found: found) }
        }
    }

    /// Asks the server what became of a transaction whose COMMIT it did not answer; nil when it does not say.
    ///
    /// Who interrupts it wants to know all the more, so it is another task that asks.
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
