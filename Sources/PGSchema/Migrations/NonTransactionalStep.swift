import PGWire

/// Runs a step outside of a transaction block, on a second connection: the first one holds the lock.
///
/// It can be interrupted anywhere and resumed. The ``MigrationRecord`` tells which statements are done. For a statement that
/// cannot be recorded in its own transaction, the catalog tells whether it has run (``NonTransactionalStatement``).
struct NonTransactionalStep {
    let step: MigrationPlan.Step
    let migrator: Migrator
    private var table: VersionTable { migrator.graph.versionTable }

    func run() async throws {
        try await Connection.withConnection(migrator.configuration) { db in
            if migrator.ownsSession { try await migrator.setTimeouts(db, isLocal: false) }
            let statements = try step.statements
            try await checkResumable(statements, db)
            migrator.report(.step(step))
            var record = try await MigrationRecord.read(from: table, db)
            var progress = MigrationRecord.Progress(step)
            if let old = record.progress, old.belongs(to: step) {
                // The number comes from the database, so it may be anything.
                guard 0...statements.count ~= old.done,
                    Revision.checksum(of: statements.prefix(old.done)) == old.checksum
                else {
                    throw MigrationError.editedAfterInterruption(step, done: old.done)
                }
                progress = old
                migrator.report(.waiting("Resuming after statement \(progress.done) of \(statements.count)"))
            }
            for statement in statements[progress.done...] {
                migrator.report(.statement(statement))
                progress.done += 1
                progress.checksum = Revision.checksum(of: statements.prefix(progress.done))
                record.progress = progress
                try await wrappingErrors(statement) { try await run(statement, record, db) }
            }
            try await wrappingErrors(statements.last) {
                try await db.transaction { tx in
                    try await table.apply(step.change, tx)
                    try await record.after(CollectionOfOne(step), applied: migrator.graph).write(to: table, tx)
                }
            }
            if migrator.ownsSession { try await db.execute(script: MigrationPlan.Step.settingsReset) }
        }
    }

    /// Wraps errors in one that says that what came before `statement` is committed.
    private func wrappingErrors(_ statement: Revision.Statement?, _ body: () async throws -> Void) async throws {
        guard let statement else { return try await body() }
        do {
            try await body()
        } catch PostgresError.commitOutcomeUnknown(let error) {
            // The caller finds out what became of it.
            throw PostgresError.commitOutcomeUnknown(error)
        } catch let error as PostgresError {
            throw MigrationError.nonTransactionalStatementFailed(step, statement, reason: error)
        } catch is CancellationError {
            throw MigrationError.nonTransactionalStatementInterrupted(step, statement)
        }
    }

    /// Nothing is begun that could not be resumed.
    private func checkResumable(_ statements: [Revision.Statement], _ db: Connection) async throws {
        let canBeWritten = try await MigrationRecord.isWritable(table, db)
        for statement in statements {
            switch NonTransactionalStatement(statement.text) {
            case .createIndex(name: nil, _): throw MigrationError.unnamedIndex(step.revision, statement)
            case nil where !canBeWritten: throw MigrationError.cannotRecordProgress(step, statement, table: table.name)
            default: break
            }
        }
    }

    private func run(_ statement: Revision.Statement, _ record: MigrationRecord, _ db: Connection) async throws {
        if let known = NonTransactionalStatement(statement.text) {
            if try await known.isDone(db) {
                migrator.report(.waiting("Line \(statement.line) is left out: the database has it so already"))
            } else {
                try await known.prepare(db)
                try await db.execute(script: statement.text)
            }
        } else if statement.changesSettings, !migrator.ownsSession {
            migrator.report(
                .warning(
                    """
                    \(step.revision.file) line \(statement.line) is left out: behind a transaction pooler its settings would \
                    reach others, and not the statements behind it. Port 5432 has sessions
                    """))
        } else {
            do {
                // The statement and its record are one transaction.
                return try await db.transaction { tx in
                    if !migrator.ownsSession { try await migrator.setTimeouts(tx) }
                    try await tx.execute(script: statement.text)
                    try await record.write(to: table, tx)
                }
            } catch PostgresError.server(let error) where Self.isTransactionRefusal(error) {
                // It was rolled back. If interrupted now, it will run again.
                try await db.execute(script: statement.text)
            }
        }
        try await db.transaction { tx in try await record.write(to: table, tx) }
    }

    /// Whether the server refused the transaction block, as for VACUUM or a DO block that commits.
    private static func isTransactionRefusal(_ error: ServerError) -> Bool {
        error.sqlState == .activeSqlTransaction || error.sqlState == .invalidTransactionTermination
    }
}
