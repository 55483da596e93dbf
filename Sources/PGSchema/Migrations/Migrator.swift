import PGSchemaSQL
public import PGWire

/// Upgrades and downgrades a database along a ``RevisionGraph``.
///
/// ```swift
/// let graph = try RevisionGraph(directory: "migrations")
/// let migrator = Migrator(configuration: configuration, graph: graph)
/// try await migrator.run(.upgrade, to: "head")
/// ```
/// All steps of one run are one transaction, except for revisions with `-- transaction: none`. An advisory lock keeps other
/// migrators out. Each update of the version row also checks its old value, because Alembic does not take the lock. No
/// statement waits for a table lock longer than ``lockTimeout``, since other sessions queue behind a waiting ALTER TABLE:
/// after that time the transaction is rolled back, and tried again after a pause.
public struct Migrator: Sendable {
    /// How long a statement waits for a lock that another session holds.
    public var lockTimeout: Duration = .seconds(2)
    /// How often the transaction is tried again after a lock timeout.
    public var lockRetries = 10
    /// The pause before the first retry. It doubles with each, up to 30 s.
    public var firstPause: Duration = .seconds(1)
    /// How long to wait for the advisory lock, which another migrator may hold.
    public var advisoryLockTimeout: Duration = .seconds(600)
    /// Whether settings of the session are safe. They are not behind a transaction pooler, where other clients share the
    /// server connection; statements outside a transaction block then have the role's timeouts.
    public var ownsSession = false

    /// The revisions.
    public let graph: RevisionGraph
    package let configuration: Connection.Configuration
    package let report: @Sendable (Report) -> Void
    /// The caller's, for reads.
    private let statementTimeout: Duration?

    /// What a migrator reports while it runs.
    public enum Report: Sendable {
        /// The step begins.
        case step(MigrationPlan.Step)
        /// A statement of the step begins.
        case statement(Revision.Statement)
        /// It waits, or tries again, and why.
        case waiting(String)
        /// A problem that does not stop the migration.
        case warning(String)
    }

    /// A migrator of one database.
    ///
    /// - Parameters:
    ///   - configuration: how to connect. Its statement timeout applies to ``current()`` only: no limit fits a migration.
    ///   - graph: the revisions.
    ///   - report: is called with each ``Report``, on the task that runs the migration.
    public init(
        configuration: Connection.Configuration, graph: RevisionGraph,
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        var configuration = configuration
        statementTimeout = configuration.statementTimeout
        // No limit fits a migration; only the wait for locks is limited.
        configuration.statementTimeout = nil
        self.configuration = configuration
        self.graph = graph
        self.report = report
    }

    /// Reads the database's revision: one id, several where there are several heads, none at base.
    ///
    /// - Throws: ``MigrationError`` when the version table cannot be trusted or holds unknown ids, `PostgresError`
    public func current() async throws -> [String] {
        var configuration = configuration
        configuration.statementTimeout = statementTimeout
        return try await Connection.withConnection(configuration) { db in
            let current = try await graph.versionTable.current(in: graph, db)
            warn(of: try await MigrationRecord.read(from: graph.versionTable, db), in: current)
            return current
        }
    }

    /// Upgrades or downgrades the database to `target`.
    ///
    /// - Parameter target: `head`, `base`, an id or the beginning of one, or a number of steps such as `+1`; see
    ///   ``MigrationPlan/init(_:to:from:in:)``.
    /// - Returns: the steps that were done; none when the database was there already.
    /// - Throws: ``MigrationError`` or `PostgresError`. Nothing was changed then, unless the error says otherwise.
    @discardableResult
    public func run(_ direction: MigrationPlan.Direction, to target: String) async throws -> [MigrationPlan.Step] {
        var run = MigrationRun(migrator: self, direction: direction, target: target)
        return try await run.run()
    }

    /// Writes a revision into the version table without running its statements. The record of an interrupted step is
    /// removed.
    ///
    /// - Parameters:
    ///   - target: as for an upgrade, or several, separated by commas.
    ///   - purge: overwrites the table even if it holds ids that no revision has.
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

    /// Warns of revisions that were edited after they had been applied, and of an interrupted step.
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
