#if ScribeApp
package import PGWire

/// Tells what revisions do to a database that is in use, before they do it.
///
/// On a scratch database each revision is run on tables with a few rows, and the server is asked what every statement
/// locked, scanned and wrote anew. Rules on the text add what a small empty database cannot show.
package struct Linter: Sendable {
    private var configuration: Configuration
    private let graph: RevisionGraph

    /// - Parameter configuration: leads to an empty database, directly and not by way of a pooler.
    package init(scratch configuration: Configuration, graph: RevisionGraph) {
        self.configuration = configuration
        self.configuration.statementTimeout = nil
        self.graph = graph
    }

    /// Runs all revisions up to the last that `isChosen`, and reports on those.
    ///
    /// - Throws: `PGError`; ``MigrationError/stepFailed(_:_:reason:)`` when a revision that is not chosen fails.
    package func report(on isChosen: (Revision) -> Bool) async throws -> LintReport {
        let server = try await Connection.withConnection(configuration) { try await $0.serverVersion }
        var report = LintReport(server: server)
        let revisions = graph.revisions
        guard let last = revisions.lastIndex(where: isChosen) else { return report }
        var number = 0
        for revision in revisions[...last] {
            guard isChosen(revision) else {
                try await ScratchRun(configuration).apply(revision, .upgrade)
                continue
            }
            let (found, isWhole) = try await look(at: revision, &number)
            report.revisions.append(found)
            // What comes after it has nothing to stand on.
            guard isWhole else { break }
        }
        return report
    }

    private func look(at revision: Revision, _ number: inout Int) async throws -> (RevisionReport, isWhole: Bool) {
        let unseeded = try await RowSeeder.seed(
            [.everything, .everything, .everything], number: &number, configuration)
        var observer = RevisionObserver(revision, scratch: configuration)
        let facts = try await observer.observe()
        var check = RevisionCheck(revision, facts)
        let report = RevisionReport(
            revision: revision, statements: check.run(), heldExclusively: facts.heldExclusively.last ?? [],
            unseeded: unseeded.map { "\($0.table), \($0.reason)" })
        return (report, !facts.statements.contains { $0.failure != nil })
    }
}
#endif
