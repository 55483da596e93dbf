import PGSchemaCatalog
public import PGSchemaMigrations
public import PGWire

/// Tells what revisions do to a database that is in use, before they do it.
///
/// On a scratch database each revision is run on tables with a few rows, up and down, and the server is asked what every
/// statement locked, scanned and wrote anew. Rules on the text add what a small empty database cannot show.
public struct Linter: Sendable {
    private var configuration: Connection.Configuration
    private let graph: RevisionGraph

    /// - Parameter configuration: leads to an empty database, directly and not by way of a pooler.
    public init(scratch configuration: Connection.Configuration, graph: RevisionGraph) {
        self.configuration = configuration
        self.configuration.statementTimeout = nil
        self.graph = graph
    }

    /// Runs all revisions up to the last that `isChosen`, and back down to the first, and reports on those.
    ///
    /// - Throws: `PostgresError`; ``MigrationError/stepFailed(_:_:reason:)`` when a revision that is not chosen fails on its way up.
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

    /// After all ways up, so that what a way down leaves behind is in nobody's way.
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
                reason = "\(revision.id), which comes after it, does not lead back"
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

    /// Runs one that is not looked at, and must not fail for rows that are made up.
    private func pass(_ revision: Revision, _ direction: MigrationPlan.Direction) async throws {
        try await ScratchDatabase.clearRows(configuration)
        try await ScratchRun(configuration).apply(revision, direction)
    }
}
