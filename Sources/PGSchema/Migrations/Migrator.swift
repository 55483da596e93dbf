import PGSchemaSQL
public import PGWire

/// Moves a database along a ``RevisionGraph``.
///
/// All steps of one command are one transaction, but for revisions that say `-- transaction: none`. A ``MigrationLock`` keeps other
/// migrators out; the version row is compared and set besides, against programs that do not take the lock (Alembic). No
/// statement waits for a lock longer than ``lockTimeout``: everybody else queues behind a waiting ALTER TABLE. When that time is
/// over the transaction is rolled back, which lets the others through, and tried again a little later.
public struct Migrator: Sendable {
    /// How long a statement waits for a lock that another session holds.
    public var lockTimeout: Duration = .seconds(2)
    /// How often the command is tried again when a lock could not be had in time.
    public var lockRetries = 10
    /// The pause before the first of these; it doubles up to 30 s.
    public var firstPause: Duration = .seconds(1)
    /// How long to wait for another migrator to finish.
    public var advisoryLockTimeout: Duration = .seconds(600)
    /// Whether a connection's session may be given settings: not so behind a transaction pooler, whose server connections are
    /// everybody's. Statements outside a transaction have the role's timeouts then.
    public var ownsSession = false

    /// The revisions.
    public let graph: RevisionGraph
    package let configuration: Connection.Configuration
    package let report: @Sendable (Report) -> Void
    /// For what only looks.
    private let statementTimeout: Duration?

    /// What a migrator tells while it works.
    public enum Report: Sendable {
        /// The step begins.
        case step(MigrationPlan.Step)
        /// A statement of the step begins.
        case statement(Revision.Statement)
        /// It waits, or begins again, and why.
        case waiting(String)
        /// Something is odd and no reason to stop.
        case warning(String)
    }

    /// A migrator of one database.
    ///
    /// - Parameters:
    ///   - configuration: how to connect. Its statement timeout holds for ``current()`` only: a migration takes as long as it takes.
    ///   - graph: the revisions.
    ///   - report: is told what is done, on the task that does it.
    public init(
        configuration: Connection.Configuration, graph: RevisionGraph,
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        var configuration = configuration
        statementTimeout = configuration.statementTimeout
        // A migration takes as long as it takes; what must not last is waiting for locks.
        configuration.statementTimeout = nil
        self.configuration = configuration
        self.graph = graph
        self.report = report
    }

    /// What the database holds.
    ///
    /// - Throws: ``MigrationError``, `PostgresError`
    public func current() async throws -> [String] {
        var configuration = configuration
        // Nothing takes long here.
        configuration.statementTimeout = statementTimeout
        return try await Connection.withConnection(configuration) { db in
            let current = try await graph.versionTable.current(in: graph, db)
            warn(of: try await MigrationRecord.read(from: graph.versionTable, db), in: current)
            return current
        }
    }

    /// Runs a command.
    ///
    /// - Returns: the steps that were done.
    /// - Throws: ``MigrationError`` or `PostgresError`; then nothing was changed, unless the error says otherwise.
    @discardableResult
    public func run(_ direction: MigrationPlan.Direction, to target: String) async throws -> [MigrationPlan.Step] {
        var run = MigrationRun(migrator: self, direction: direction, target: target)
        return try await run.finish()
    }

    /// Writes into the version table what the database is to be taken for, and changes nothing else. An interrupted step
    /// is forgotten.
    ///
    /// - Parameters:
    ///   - target: as for an upgrade, or several of these with commas.
    ///   - purge: forgets what is in the table even if no file has it.
    /// - Throws: ``MigrationError``, `PostgresError`
    public func stamp(_ target: String, purge: Bool = false) async throws {
        try await Connection.withConnection(configuration) { db in
            try await MigrationLock(migrator: self).with(db) { tx in
                try await graph.versionTable.create(tx)
                let rows = try await graph.versionTable.rows(tx)
                if !purge { _ = try await graph.versionTable.current(in: graph, tx) }
                var wanted: Set<String> = []
                for name in target.split(at: ",", omittingEmpty: false) {
                    wanted.formUnion(try graph.revisions(named: name.trimmed, current: rows))
                }
                let after = Set(graph.tips(of: graph.history(of: wanted)))
                try await graph.versionTable.apply(.init(before: Set(rows), after: after), tx)
                var record = try await MigrationRecord.read(from: graph.versionTable, tx)
                record.progress = nil
                record.forget(exceptFor: graph.history(of: after))
                try await record.write(to: graph.versionTable, tx)
            }
        }
    }

    /// Says which applied revisions are no longer what they were when they were applied, and whether a step was interrupted.
    package func warn(of record: MigrationRecord, in current: [String]) {
        let applied = graph.history(of: current)
        if let progress = record.interruption(applied: applied) {
            report(
                .warning(
                    """
                    \(progress.revision) is half done: its \(progress.direction) was interrupted, and goes on when \
                    `migrate \(progress.direction)` is run again
                    """))
        }
        for revision in graph.revisions where applied.contains(revision.id) {
            guard let checksum = record.checksums[revision.id], checksum != revision.checksum else { continue }
            report(
                .warning(
                    """
                    \(revision.file) was changed after it had been applied: databases that have it differ from those that \
                    will get it. Write a new revision instead
                    """))
        }
    }
}
