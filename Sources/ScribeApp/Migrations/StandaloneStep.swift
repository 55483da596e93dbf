#if ScribeApp
import PGWire

/// A step whose statements run outside a transaction, on a connection beside the one that holds the lock.
///
/// It can be stopped anywhere and gone on with: what is done is kept in the ``MigrationRecord``, and a statement that may have been
/// carried out without that having been written down says itself whether it was (``StandaloneStatement``).
struct StandaloneStep {
    let step: MigrationPlan.Step
    let migrator: Migrator

    func run() async throws {
        migrator.report(.step(step))
        try await Connection.withConnection(migrator.configuration) { db in
            if migrator.ownsSession { try await setTimeouts(db) }
            let statements = try step.statements
            var record = try await MigrationRecord.read(db)
            var progress = MigrationRecord.Progress(
                revision: step.revision.id, direction: step.direction.rawValue, done: 0)
            if let old = record.progress, old.revision == progress.revision, old.direction == progress.direction {
                progress.done = min(old.done, statements.count)
                migrator.report(.waiting("Going on behind statement \(progress.done) of \(statements.count)"))
            }
            for statement in statements[progress.done...] {
                migrator.report(.statement(statement))
                progress.done += 1
                record.progress = progress
                do {
                    try await run(statement, record, db)
                } catch let error as PGError {
                    throw MigrationError.standaloneFailed(step, statement, reason: error)
                }
            }
            try await db.transaction { tx in
                try await VersionTable.apply(step.change, tx)
                try await record.after(CollectionOfOne(step), applied: migrator.graph).write(tx)
            }
            if migrator.ownsSession { try await db.execute(script: "RESET lock_timeout; RESET statement_timeout") }
        }
    }

    private func run(_ statement: Revision.Statement, _ record: MigrationRecord, _ db: Connection) async throws {
        guard let standalone = StandaloneStatement(statement.text) else {
            do {
                // It can run in a transaction, so it and its record are one.
                return try await db.transaction { tx in
                    try await tx.execute(script: statement.text)
                    try await record.write(tx)
                }
            } catch PGError.server(let error) where error.sqlState == .activeSqlTransaction {
                // It cannot, as ALTER TABLE … DETACH PARTITION … CONCURRENTLY, and nothing tells whether it is done already.
                try await db.execute(script: statement.text)
                return try await db.transaction { tx in try await record.write(tx) }
            }
        }
        if try await !standalone.isDone(db) {
            try await standalone.prepare(db)
            try await db.execute(script: statement.text)
        }
        try await db.transaction { tx in try await record.write(tx) }
    }

    /// Such a statement cannot take its timeouts along, so the session must have them.
    private func setTimeouts(_ db: Connection) async throws {
        try await db.execute(
            script: "SET lock_timeout = \(migrator.lockTimeout.milliseconds); SET statement_timeout = 0")
    }
}
#endif
