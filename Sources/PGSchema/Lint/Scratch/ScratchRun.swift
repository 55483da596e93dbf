import PGSchemaMigrations
import PGWire

/// Applies revisions to a scratch database, which has no version table and no other sessions.
struct ScratchRun {
    private let configuration: Connection.Configuration

    init(_ configuration: Connection.Configuration) { self.configuration = configuration }

    /// Runs a revision's statements as a migrator does: in one transaction, or each alone.
    ///
    /// - Parameter failed: the statement that failed in the run before. Those before it are done, unless a transaction has
    ///   rolled them back.
    /// - Throws: ``MigrationError/stepFailed(_:_:reason:)``
    func apply(
        _ revision: Revision, _ direction: MigrationPlan.Direction, from failed: Revision.Statement? = nil
    ) async throws {
        let step = MigrationPlan.Step(direction: direction, revision: revision, before: [], after: [])
        try await Connection.withConnection(configuration) { db in
            guard revision.isTransactional else {
                for statement in try step.statements.drop(while: { failed != nil && $0 != failed }) {
                    if statement == failed { try await NonTransactionalStatement(statement.text)?.prepare(db) }
                    try await run(statement, of: step, db)
                }
                return
            }
            try await db.transaction { tx in
                for statement in try step.statements { try await run(statement, of: step, tx) }
            }
        }
    }

    private func run(
        _ statement: Revision.Statement, of step: MigrationPlan.Step, _ db: borrowing some Queryable & ~Copyable
    ) async throws {
        do {
            try await db.execute(script: statement.text)
        } catch let error as PostgresError {
            throw MigrationError.stepFailed(step, statement, reason: error)
        }
    }
}
