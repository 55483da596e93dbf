import PGSchemaCatalog
public import PGSchemaMigrations
public import PGWire

/// Finds what revisions would do to a database in use: long locks, rewrites, lost data, broken programs.
///
/// ```swift
/// let report = try await ScratchDatabase.with(nil) { scratch in
///     try await Linter(scratch: scratch, graph: graph).report()
/// }
/// for line in report.lines { print(line) }
/// ```
/// Each revision runs on a scratch database, up and down, on tables with a few rows. The server tells what each statement
/// locked, scanned and rewrote. Rules on the text add what a small database cannot show (``LintRule``).
public struct Linter: Sendable {
    private var configuration: Connection.Configuration
    private let graph: RevisionGraph

    /// A linter of the revisions of a graph.
    ///
    /// - Parameters:
    ///   - configuration: how to connect to an empty database, without a pooler. It is changed: see ``ScratchDatabase``.
    ///   - graph: the revisions.
    public init(scratch configuration: Connection.Configuration, graph: RevisionGraph) {
        self.configuration = configuration
        self.configuration.statementTimeout = nil
        self.graph = graph
    }

    /// Upgrades through all revisions up to the last chosen one, then downgrades, and reports on the chosen ones.
    ///
    /// - Parameter isChosen: whether to report on a revision; all of them by default.
    /// - Throws: `PostgresError`; ``MigrationError/stepFailed(_:_:reason:)`` when the upgrade of a revision fails that is not
    ///   chosen.
    public func report(on isChosen: (Revision) -> Bool = { _ in true }) async throws -> LintReport {
        let server = try await Connection.withConnection(configuration) { try await $0.serverVersion }
        var report = LintReport(server: server)
        let revisions = graph.revisions
        guard let last = revisions.lastIndex(where: isChosen) else { return report }
        var number = 0
        for revision in revisions[...last] {
            guard isChosen(revision) else {
                try await pass(revision, .upgrade)
                continue
            }
            let unseeded = try await seed(&number)
            let up = try await look(at: revision, .upgrade)
            report.revisions.append(
                RevisionReport(revision: revision, up: up, unseeded: unseeded.map { "\($0.table), \($0.reason)" }))
            guard !up.failed else { break }
        }
        report.skipped = revisions[...last].filter(isChosen).dropFirst(report.revisions.count).map(\.id)
        if report.revisions.last?.up.failed != true {
            try await lookDown(revisions[...last].reversed(), isChosen, &report, &number)
        }
        for index in report.revisions.indices { report.revisions[index].finish() }
        return report
    }

    /// Downgrades after all upgrades, so that what a downgrade leaves behind does not disturb an upgrade.
    private func lookDown(
        _ revisions: [Revision], _ isChosen: (Revision) -> Bool, _ report: inout LintReport, _ number: inout Int
    ) async throws {
        var left = report.revisions.count
        var reason: String?
        for revision in revisions where left > 0 {
            let isChosen = isChosen(revision)
            if isChosen { left -= 1 }
            if reason != nil {
                if isChosen { report.revisions[left].withoutDown = reason }
            } else if revision.down == nil {
                reason = "\(revision.id), which comes after it, cannot be downgraded"
            } else if isChosen {
                _ = try await seed(&number)
                let down = try await look(at: revision, .downgrade)
                report.revisions[left].down = down
                if down.failed { reason = "the way down of \(revision.id), which comes after it, fails" }
            } else {
                do {
                    try await pass(revision, .downgrade)
                } catch is MigrationError {
                    reason = "the way down of \(revision.id), which comes after it, fails"
                }
            }
        }
    }

    private func seed(_ number: inout Int) async throws -> [RowSeeder.Unseeded] {
        try await RowSeeder.seed([.everything, .everything, .everything], number: &number, configuration)
    }

    private func look(
        at revision: Revision, _ direction: MigrationPlan.Direction
    ) async throws -> RevisionReport.Way {
        var observer = RevisionObserver(revision, direction, scratch: configuration)
        var check = RevisionCheck(revision, direction, try await observer.observe())
        return check.run()
    }

    /// Applies a revision that is not chosen, without the generated rows, which might make it fail.
    private func pass(_ revision: Revision, _ direction: MigrationPlan.Direction) async throws {
        try await ScratchDatabase.clearRows(configuration)
        try await ScratchRun(configuration).apply(revision, direction)
    }
}
