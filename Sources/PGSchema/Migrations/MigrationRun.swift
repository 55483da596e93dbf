import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Runs one upgrade or downgrade, transaction by transaction, until its plan is done.
struct MigrationRun {
    let migrator: Migrator
    let direction: MigrationPlan.Direction
    let target: String
    /// Made when the lock is first held, and then kept, whoever runs steps of it meanwhile.
    private var plan: MigrationPlan?
    private var retries = 0
    private var done: [MigrationPlan.Step] = []
    /// Steps of a transaction whose COMMIT was not answered.
    private var uncertain: [MigrationPlan.Step] = []

    init(migrator: Migrator, direction: MigrationPlan.Direction, target: String) {
        self.migrator = migrator
        self.direction = direction
        self.target = target
    }

    /// - Returns: the steps that this run did. Others may have done some of the plan meanwhile.
    mutating func run() async throws -> [MigrationPlan.Step] {
        do {
            return try await runToEnd()
        } catch is CancellationError {
            throw MigrationError.interrupted(done: done)
        }
    }

    private mutating func runToEnd() async throws -> [MigrationPlan.Step] {
        while true {
            do {
                if try await advance() { return done }
            } catch PostgresError.commitOutcomeUnknown {
                // The version row tells whether it was committed, once the lock is free and the lost session has ended.
                migrator.report(
                    .waiting("The connection was lost at COMMIT: looking whether it was carried out"))
            } catch is PostgresError where uncertain.contains(where: { !$0.revision.isTransactional }) {
                // The step ran on its own connection; the lock's was idle in its transaction, which poolers and networks end.
                migrator.report(
                    .waiting("The connection that held the lock was lost meanwhile: looking where the database is"))
            } catch let error where Self.isLockFailure(error) && retries < migrator.lockRetries {
                retries += 1
                let pause =
                    min(migrator.firstPause * (1 << min(retries - 1, 10)), .seconds(30))
                    * Double.random(in: 0.75...1)
                migrator.report(
                    .waiting(
                        """
                        A lock could not be taken within \(migrator.lockTimeout): rolled back, so that nobody queues behind \
                        this; try \(retries + 1) of \(migrator.lockRetries + 1) in \(pause.wholeMilliseconds) ms
                        """))
                try await Task.sleep(for: pause)
            } catch let error where Self.isLockFailure(error) {
                throw MigrationError.tableInUse(tries: retries + 1, reason: error, others: await longTransactions())
            }
        }
    }

    /// Runs the next steps that can share a transaction, and returns whether all steps are done.
    private mutating func advance() async throws -> Bool {
        var made = plan
        let before = uncertain
        var attempted: [MigrationPlan.Step] = []
        defer {
            // Kept also when the answer to COMMIT is lost: a plan made again would apply -1 twice.
            plan = made
            uncertain = attempted
        }
        let table = migrator.graph.versionTable
        let (rest, isDone) = try await Connection.withConnection(migrator.configuration) { db in
            try await MigrationLock(migrator: migrator).with(db) { tx in
                let hadTable = try await !table.create(tx)
                let current = try await table.current(in: migrator.graph, tx)
                let record = try await MigrationRecord.read(from: table, tx)
                if made == nil { migrator.warn(of: record, in: current) }
                let plan = try made ?? MigrationPlan(direction, to: target, from: current, in: migrator.graph)
                made = plan
                let rest = try plan.rest(from: Set(current), table)
                guard let first = rest.first else { return (rest, true) }
                if let progress = record.interruption(applied: migrator.graph.history(of: current)),
                    !rest.contains(where: progress.belongs)
                {
                    throw MigrationError.unfinishedStep(
                        revision: progress.revision, direction: progress.direction, done: progress.done)
                }
                if !first.revision.isTransactional {
                    // The step's own connection must see the table.
                    guard hadTable else { return (rest, false) }
                    // The last statement's portal is open and holds a snapshot, for which CREATE INDEX CONCURRENTLY would wait
                    // forever. A simple query closes it.
                    try await tx.execute(script: "SELECT 1")
                    try await NonTransactionalStep(step: first, migrator: migrator).run()
                    attempted = [first]
                    return (rest, rest.count == 1)
                }
                let steps = rest.prefix { $0.revision.isTransactional }
                attempted = Array(steps)
                for step in steps { try await apply(step, tx) }
                try await record.after(steps, applied: migrator.graph).write(to: table, tx)
                return (rest, steps.count == rest.count)
            }
        }
        let left = Set(rest.map(\.revision.id))
        done += before.filter { !left.contains($0.revision.id) } + attempted
        attempted = []
        return isDone
    }

    private func apply(_ step: MigrationPlan.Step, _ tx: borrowing Transaction) async throws {
        migrator.report(.step(step))
        for statement in try step.statements {
            migrator.report(.statement(statement))
            do {
                try await tx.execute(script: statement.text)
            } catch let error as PostgresError {
                throw MigrationError.stepFailed(step, statement, reason: error)
            }
        }
        if try step.changesSettings {
            try await tx.execute(script: MigrationPlan.Step.settingsReset)
            try await migrator.setTimeouts(tx)
        }
        try await migrator.graph.versionTable.apply(step.change, tx)
    }

    /// Whether a lock timeout or a deadlock ended the transaction.
    private static func isLockFailure(_ error: any Error) -> Bool {
        switch error {
        case MigrationError.stepFailed(_, _, let reason),
            MigrationError.nonTransactionalStatementFailed(_, _, let reason):
            isLockFailure(reason)
        case PostgresError.server(let error): error.sqlState == .lockNotAvailable || error.sqlState == .deadlockDetected
        default: false
        }
    }

    /// The sessions with the longest transactions: one of them probably holds the lock.
    private func longTransactions() async -> [String] {
        let lines = try? await Connection.withConnection(migrator.configuration) { db in
            try await db.fetchAll(
                catalog: """
                    SELECT format('process %s of %s (%s), %s, transaction open for %s s', pid, usename, application_name, state,
                                  extract(epoch FROM now() - xact_start)::int)
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
                    ORDER BY xact_start LIMIT 3
                    """, as: String.self)
        }
        return lines ?? []
    }
}

extension MigrationPlan {
    /// What is left of the steps when the version table holds `current`.
    ///
    /// - Throws: ``MigrationError/versionChanged(expected:table:)`` when it holds what no step leaves.
    package func rest(from current: Set<String>, _ table: VersionTable) throws(MigrationError) -> ArraySlice<Step> {
        guard let last = steps.last else { return [] }
        if last.after == current { return [] }
        guard let index = steps.firstIndex(where: { $0.before == current }) else {
            throw .versionChanged(expected: steps.first?.before.sorted() ?? [], table: table.name)
        }
        return steps[index...]
    }
}

extension MigrationPlan.Step {
    package var change: VersionTable.Change { VersionTable.Change(before: before, after: after) }

    /// Whether it changes settings. They would hold for the steps after it and, if set for the session, for whoever gets the
    /// pooler's server connection next. With another search_path even the version table would not be found.
    var changesSettings: Bool {
        get throws(MigrationError) { try statements.contains(where: \.changesSettings) }
    }

    static let settingsReset = "RESET ALL; RESET ROLE"
}

extension MigrationRecord {
    /// Removes the checksums of revisions that are not applied.
    mutating func forget(exceptFor applied: Set<String>) {
        checksums = checksums.filter { applied.contains($0.key) }
    }

    /// The record after `steps`, without revisions that are no longer applied.
    package func after(_ steps: some Collection<MigrationPlan.Step>, applied graph: RevisionGraph) -> MigrationRecord {
        var record = self
        for step in steps where step.direction == .upgrade {
            record.checksums[step.revision.id] = step.revision.checksum
        }
        record.forget(exceptFor: graph.history(of: steps.reversed().first?.after ?? []))
        if let progress, steps.contains(where: progress.belongs) { record.progress = nil }
        return record
    }
}
