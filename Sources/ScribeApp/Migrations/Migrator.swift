#if ScribeApp
package import PGWire

/// Moves a database along a ``RevisionGraph``.
///
/// One command is one transaction, in which a lock keeps other migrators out: `pg_advisory_xact_lock` rather than the
/// session's lock, because behind a transaction pooler a session's lock stays with a server connection that somebody else
/// gets next. The version row is compared and set besides, against programs that do not take the lock (Alembic).
package struct Migrator: Sendable {
    /// How long a statement waits for a lock that another session holds. Everybody else queues behind a waiting ALTER
    /// TABLE, so it must not wait for long.
    package var lockTimeout: Duration = .seconds(5)
    /// How long to wait for another migrator to finish.
    package var patience: Duration = .seconds(600)

    private var configuration: Configuration
    private let graph: RevisionGraph
    private let report: @Sendable (String) -> Void

    /// "scribe-db" in ASCII, less one letter: one number for all who migrate.
    package static let lockKey: Int64 = 0x7363_7269_6265_6462

    /// `report` is given a line for each step when it begins.
    package init(
        configuration: Configuration, graph: RevisionGraph, report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.configuration = configuration
        // A migration takes as long as it takes; what must not last is waiting for locks.
        self.configuration.statementTimeout = nil
        self.graph = graph
        self.report = report
    }

    /// The database's height in the graph.
    package func currentHeight() async throws -> Int {
        try await Connection.withConnection(configuration) { try await VersionTable.height(in: graph, $0) }
    }

    /// Runs a command.
    ///
    /// - Returns: the steps that were done.
    /// - Throws: ``MigrationError`` or `PGError`; then nothing was changed.
    @discardableResult
    package func run(_ direction: MigrationPlan.Direction, to target: String) async throws -> [MigrationPlan.Step] {
        var plan: MigrationPlan?
        do {
            return try await attempt(direction, to: target, plan: &plan)
        } catch PGError.commitOutcomeUnknown {
            // Whether it was committed shows in the version row, once the lock tells that the lost session has ended.
            // From there on it is the same command with an absolute target, which does what is left: nothing or all.
            guard let steps = plan?.steps, let last = steps.last else { return [] }
            report("The connection was lost at COMMIT: looking whether it was carried out")
            _ = try await attempt(direction, to: last.to ?? "base", plan: &plan)
            return steps
        }
    }

    private func attempt(
        _ direction: MigrationPlan.Direction, to target: String, plan: inout MigrationPlan?
    ) async throws -> [MigrationPlan.Step] {
        try await Connection.withConnection(configuration) { db in
            // Read committed: what is read after the lock was granted must be what its last holder left.
            try await db.transaction(isolation: .readCommitted) { tx in
                try await takeLock(tx)
                try await VersionTable.create(tx)
                let height = try await VersionTable.height(in: graph, tx)
                let made = try MigrationPlan(direction, to: target, from: height, in: graph)
                plan = made
                for step in made.steps { try await apply(step, tx) }
                return made.steps
            }
        }
    }

    private func takeLock(_ tx: borrowing Transaction) async throws {
        do {
            try await setTimeouts(lock: patience, tx)
            try await tx.execute("SELECT pg_advisory_xact_lock(\(Self.lockKey))")
        } catch PGError.server(let error) where error.sqlState == .lockNotAvailable {
            throw MigrationError.lockedOut(patience)
        }
        try await setTimeouts(lock: lockTimeout, tx)
    }

    /// For this transaction only, so nothing stays behind with a pooler's server connection.
    private func setTimeouts(lock: Duration, _ tx: borrowing Transaction) async throws {
        let (seconds, attoseconds) = lock.components
        let milliseconds = String(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        try await tx.execute(
            """
            SELECT set_config('lock_timeout', \(milliseconds), true), set_config('statement_timeout', '0', true)
            """)
    }

    private func apply(_ step: MigrationPlan.Step, _ tx: borrowing Transaction) async throws {
        report("Running \(step.label)")
        for statement in step.statements {
            do {
                try await tx.execute(script: statement.text)
            } catch let error as PGError {
                throw MigrationError.stepFailed(step, statement, reason: error)
            }
        }
        try await VersionTable.move(from: step.from, to: step.to, tx)
    }
}
#endif
