import PGSchemaCatalog
public import PGSchemaMigrations
public import PGWire

/// Writes the default schema, or schemas of certain names, with all rows into a file of SQL: one snapshot, while other sessions
/// go on writing.
///
/// ```swift
/// let summary = try await Backup(configuration, path: "shop.backup").run()
/// print("\(summary.tables) tables, \(summary.rows) rows")
/// ```
/// It takes ACCESS SHARE locks, as pg_dump does. The extensions that the objects need are created where they are not there yet;
/// roles are not part of it. What it says to have taken can be restored into an empty database: objects that need something of
/// another schema make it fail. ``Restore`` and psql read the file.
public struct Backup: Sendable {
    /// The path of the file; nil for standard output.
    public var path: String?
    /// Whether to replace an existing file.
    public var replaces = false
    /// Whether to compress with gzip.
    public var isCompressed = false
    /// The program's name, for the first line of the file.
    public var program = "pgschema"
    /// The command that restores the file, for a comment in the file.
    public var restoreCommand = "pgschema restore"
    /// The schemas to back up, the one first in which the version table is; the default schema when there is none.
    public var schemas: [String] = []
    /// Schemas that are there where the backup is restored, such as those that a host makes: what needs them is no reason to
    /// fail.
    public var expectedSchemas: [String] = []
    /// Whether the restore gives each object to the role that owns it, which must be there. Else all belongs to who restores.
    public var keepsOwners = false
    /// Whether the database's large objects are part of it, which belong to no schema.
    public var includesLargeObjects = false
    /// The version table, whose revision the header of the file names.
    public var versionTable = VersionTable.standard

    /// Where to prove that the backup can be restored, before the file gets its name; nil for no proof. It needs a file.
    public var verification: BackupVerification?

    private let configuration: Connection.Configuration
    let progress: BackupProgress.Handler
    private static let tries = 5

    /// A backup of the default schema (the first of the search path).
    ///
    /// - Parameters:
    ///   - configuration: how to connect. Its statement timeout is ignored.
    ///   - path: the path of the file; nil for standard output.
    ///   - progress: is called with the progress, on the task that runs the backup.
    public init(
        _ configuration: Connection.Configuration, path: String?, progress: @escaping BackupProgress.Handler = { _ in }
    ) {
        self.configuration = BackupSession.configuration(configuration)
        self.path = path
        self.progress = progress
    }

    /// What was written.
    public struct Summary: Sendable {
        /// The number of tables.
        public var tables = 0
        /// The number of rows.
        public var rows = 0
        /// The size in bytes, before compression.
        public var bytes: Int64 = 0
        /// The revisions in the version table; nil without that table.
        public var revision: String?
        /// What is not part of the backup, one sentence each.
        public var notes: [String] = []
    }

    /// Makes the backup.
    ///
    /// - Throws: ``BackupError``, `PostgresError`, `CancellationError`. No file was written then, and an existing one was not
    ///   changed.
    public func run() async throws -> Summary {
        let file = try path.map { path throws(BackupError) in try NewFile(path: path, replacing: replaces) }
        let writer = BackupWriter(file, isCompressed: isCompressed)
        let record = BackupRecord()
        if verification != nil { writer.record = record }
        do {
            var summary = try await write(from: configuration, writer)
            let partial = try writer.end()
            if let verification, let partial {
                try await verification.verify(partial, record, of: self, configuration)
            }
            try writer.finish()
            summary.bytes = writer.count
            return summary
        } catch PostgresError.server(let error) {
            throw BackupError.refused(reason: PostgresError.server(error))
        }
    }

    /// What a backup of another database, taken in the same way, would hold.
    func record(of configuration: Connection.Configuration) async throws -> BackupRecord {
        let record = BackupRecord()
        _ = try await write(from: configuration, BackupWriter(filling: record))
        return record
    }

    private func write(from configuration: Connection.Configuration, _ writer: BackupWriter) async throws -> Summary {
        try await Connection.withConnection(configuration) { db in
            for _ in 0..<Self.tries {
                if let summary = try await attempt(db, writer) { return summary }
            }
            throw BackupError.schemaKeepsChanging
        }
    }

    /// Nil when tables were created or dropped before they could be locked.
    private func attempt(_ db: Connection, _ writer: BackupWriter) async throws -> Summary? {
        let objects =
            if let first = schemas.first {
                SchemaObjects(first: first, others: schemas)
            } else {
                try await SchemaObjects(ofDefaultSchema: db)
            }
        let missing = try await objects.missingSchemas(db)
        guard missing.isEmpty else { throw BackupError.missingSchemas(missing) }
        var options = SchemaScript.Options(
            expected: expectedSchemas, owners: keepsOwners, largeObjects: includesLargeObjects)
        options.searchPath = try await db.fetchOne(
            catalog: "SELECT current_schemas(false)::text[]", as: [String].self)
        let names = try await objects.tableNames(db)
        return try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
            // LOCK comes before the first query, which takes the snapshot: no table can change in between.
            let lock = names.isEmpty ? "" : "LOCK TABLE \(names.joined(separator: ", ")) IN ACCESS SHARE MODE;"
            try await tx.execute(
                script: """
                    \(BackupSession.timeouts)
                    \(BackupSession.format)
                    \(lock)
                    \(BackupSession.noTransactionTimeout)
                    \(BackupSession.noViews)
                    """)
            guard try await objects.tableNames(tx) == names else { return nil }
            return try await write(objects, options, tx, writer)
        }
    }

    private func write(
        _ objects: SchemaObjects, _ options: SchemaScript.Options, _ tx: borrowing Transaction, _ writer: BackupWriter
    ) async throws -> Summary {
        let script = try await SchemaScript(of: objects, options, tx)
        if let record = writer.record {
            record.add(try await CatalogSnapshot(tx, schemas: objects.schemas))
        }
        var summary = Summary()
        summary.notes = script.notes
        if !includesLargeObjects, case let count = try await objects.countLargeObjects(tx), count > 0 {
            summary.notes.append(
                "not in the backup: \(count) large \(count == 1 ? "object" : "objects") (--large-objects)")
        }
        summary.tables = script.tables.count
        summary.revision = try await BackupSession.revision(versionTable, in: objects.schema, tx)
        try writer.write(try await header(objects, summary, tx))
        try writer.beginRestriction()
        try writer.write(.begin, "transaction", "BEGIN;")
        let settings = """
            \(BackupSession.timeouts)
            \(BackupSession.format)
            SET LOCAL check_function_bodies = off;
            \(BackupSession.noTransactionTimeout)
            """
        try writer.write(.sql, "settings", settings)
        for part in script.before { try writer.write(.sql, part.label, part.sql) }
        var counter = RowCounter(script.tables, progress)
        var isUnderPath = false
        for table in script.tables {
            if table.callsCode != isUnderPath {
                isUnderPath = table.callsCode
                let path = isUnderPath ? script.codePath : SchemaScript.noPath
                try writer.write(.sql, "settings", SchemaScript.searchPath(path))
            }
            let (rows, overflow) = summary.rows.addingReportingOverflow(try await copy(table, tx, writer, &counter))
            guard !overflow else { throw BackupError.unsafeRows(table: table.name) }
            summary.rows = rows
        }
        if isUnderPath { try writer.write(.sql, "settings", SchemaScript.searchPath(SchemaScript.noPath)) }
        if includesLargeObjects { try await writeLargeObjects(objects, tx, writer) }
        for part in script.after + script.last { try writer.write(.sql, part.label, part.sql) }
        try writer.write(.commit, "transaction", "COMMIT;")
        try writer.endRestriction()
        return summary
    }

    private func copy(
        _ table: SchemaScript.Table, _ tx: borrowing Transaction, _ writer: BackupWriter, _ counter: inout RowCounter
    ) async throws -> Int {
        writer.record?.begin(table.name, columns: table.columns)
        try writer.write(.copy, table.name, "COPY \(table.name)\(table.columnList) FROM stdin;")
        counter.begin(table)
        var shown = counter
        let count = try await tx.copyOut("COPY \(raw: table.name)\(raw: table.columnList) TO STDOUT") { data in
            try writer.write(data: data, of: table.name)
            shown.countRow(bytes: data.byteCount)
        }
        try writer.endData(rows: count, table.name)
        shown.end()
        counter = shown
        return count
    }

    private func writeLargeObjects(
        _ objects: SchemaObjects, _ tx: borrowing Transaction, _ writer: BackupWriter
    ) async throws {
        for (oid, comment, owner) in try await objects.largeObjects(tx) {
            let owner = keepsOwners ? owner : nil
            try await objects.statements(forLargeObject: oid, comment: comment, owner: owner, tx) { text in
                try writer.write(.sql, "\(BackupFormat.largeObjectLabel)\(oid)", text)
            }
        }
    }

    private func header(
        _ objects: SchemaObjects, _ summary: Summary, _ tx: borrowing Transaction
    ) async throws -> String {
        let (database, version, time) = try await tx.fetchOne(
            """
            SELECT current_database()::text, current_setting('server_version'),
                to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')
            """, as: (String, String, String).self)
        var lines = [
            BackupFormat.firstLine(program),
            "--",
            "-- Restore it by `\(restoreCommand) FILE`, which checks it first, or into an empty schema by",
            "-- psql -X -v ON_ERROR_STOP=1 -f FILE",
            "--",
            "-- taken    \(time)",
            "-- database \(database), PostgreSQL \(version)",
        ]
        if schemas.isEmpty {
            lines.append("\(BackupFormat.schemaMark)\(objects.schema)")
        } else {
            lines += objects.schemas.map { "\(BackupFormat.namedSchemaMark)\($0)" }
        }
        lines.append("-- revision \(summary.revision ?? "none")")
        if !expectedSchemas.isEmpty {
            lines.append("-- expects  the schemas \(expectedSchemas.joined(separator: ", "))")
        }
        lines += summary.notes.map { "-- \($0)" }
        return lines.map(BackupFormat.printable).joined(separator: "\n") + "\n\n"
    }
}

/// Counts rows, and reports the progress.
private struct RowCounter {
    private let progress: BackupProgress.Handler
    private let total: Int64
    private var done: Int64 = 0
    private var table: SchemaScript.Table?
    private var rows = 0
    private var bytes = 0

    init(_ tables: [SchemaScript.Table], _ progress: @escaping BackupProgress.Handler = { _ in }) {
        total = tables.reduce(0) { $0.addingReportingOverflow($1.size).partialValue }
        self.progress = progress
    }

    mutating func begin(_ table: SchemaScript.Table) {
        self.table = table
        (rows, bytes) = (0, 0)
        show()
    }

    mutating func countRow(bytes count: Int) {
        rows += 1
        bytes += count
        // Not for each row, to save time.
        if rows & 0xFFF == 0 { show() }
    }

    mutating func end() {
        done = done.addingReportingOverflow(table?.size ?? 0).partialValue
        table = nil
    }

    private func show() {
        guard let table else { return }
        // Rows take about as much room in the file as in the table.
        let share =
            table.estimate > 0 ? Double(rows) / Double(table.estimate) : Double(bytes) / Double(max(table.size, 1))
        let fraction = total > 0 ? (Double(done) + min(share, 1) * Double(table.size)) / Double(total) : nil
        progress(BackupProgress(stage: table.name, detail: "\(rows) rows", fraction: fraction))
    }
}
