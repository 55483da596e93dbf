import PGSchemaLint
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// Each dangerous pattern is found, its safe form is silent, and the lock that is reported is the one that another
/// connection sees in `pg_locks`.
@Suite(.timeLimit(.minutes(6))) struct LintPatternTests {
    @Test(arguments: [15, 17, 18]) func dangerousIsFoundAndSafeIsSilent(major: Int) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        var linted = try await cluster.makeDatabase()
        var watched = try await cluster.makeDatabase()
        // Some thousand connections.
        linted.tls = .disabled
        watched.tls = .disabled
        var count = 0
        for pattern in LintPattern.all {
            let dangerous = try await report(on: [dangerous(pattern)], after: pattern, linted)
            let rules = dangerous.flatMap(\.findings).map(\.rule)
            #expect(rules.contains(pattern.rule), "\(pattern.description): \(rules.map(\.rawValue))")

            let safe = try await report(on: safeRevisions(pattern), after: pattern, linted)
            let noise = safe.flatMap(\.findings).map { "\($0.rule.rawValue): \($0.detail)" }
            #expect(noise.isEmpty, "the safe form of \(pattern.description)")

            // Those whose first statement is all that there is before it.
            for report in [dangerous.first, safe.first].compactMap(\.self) {
                count += try await compareLocks(report, after: pattern, watched) ? 1 : 0
            }
        }
        // Otherwise the comparison would be of next to nothing.
        #expect(count > 100)
    }

    /// - Returns: whether there was something to compare.
    private func compareLocks(
        _ report: StatementReport, after pattern: LintPattern, _ watched: Connection.Configuration
    ) async throws -> Bool {
        guard report.facts.wasRun, report.facts.failure == nil else { return false }
        let setup = LintPattern.base + pattern.setup
        _ = try await Connection.withConnection(watched) { try await $0.execute(script: setup) }
        guard let seen = try await LockObservation.locks(of: report.statement.text, watched) else { return false }
        let reported = Dictionary(uniqueKeysWithValues: report.facts.locks.map { ($0.table, $0.mode.catalogName) })
        #expect(reported == seen, "\(report.statement.text)")
        return true
    }

    /// Plain VACUUM waits for nobody, so it is the one lock that is known by rule.
    @Test(arguments: [15, 17, 18]) func outsideATransactionTheLockIsSeenToo(major: Int) async throws {
        let configuration = try await TestServers.shared.cluster(major: major).makeDatabase()
        let statements = [
            "CREATE INDEX CONCURRENTLY later ON items (price)", "REINDEX TABLE CONCURRENTLY items",
            "REINDEX INDEX CONCURRENTLY items_name", "DROP INDEX CONCURRENTLY items_owner", "VACUUM (FULL) items",
            "VACUUM items",
        ]
        let revision = Revision.of(
            "next", after: "setup", up: statements.joined(separator: ";\n"), down: "DROP INDEX later",
            isTransactional: false)
        let reports = try await report(on: [revision], after: LintPattern(.fails, "", safe: .inside("")), configuration)
            .prefix(statements.count)
        #expect(
            reports.map { $0.facts.locks.map { "\($0.table) \($0.mode.catalogName) \($0.source.rawValue)" } } == [
                ["items ShareUpdateExclusiveLock server"], ["items ShareUpdateExclusiveLock server"],
                ["items ShareUpdateExclusiveLock server"], ["items ShareUpdateExclusiveLock server"],
                ["items AccessExclusiveLock server"], ["items ShareUpdateExclusiveLock rule"],
            ])
        #expect(reports.map(\.facts.cost) == [.scan, .scan, .scan, .metadata, .rewrite, .scan])

        _ = try await Connection.withConnection(configuration) { try await $0.execute(script: LintPattern.base) }
        for (statement, report) in zip(statements.dropLast(), reports) {
            let seen = try await LockObservation.locksOutside(of: statement, on: "items", configuration)
            #expect(report.facts.locks.map(\.mode.catalogName) == [seen], "\(statement)")
        }
    }

    private func report(
        on revisions: [Revision], after pattern: LintPattern, _ configuration: Connection.Configuration
    ) async throws -> [StatementReport] {
        let setup = Revision.of(
            "setup", after: nil, up: LintPattern.base + pattern.setup, down: "DROP SCHEMA public CASCADE")
        let graph = try RevisionGraph([setup] + revisions)
        let linter = Linter(scratch: configuration, graph: graph)
        return try await linter.report { $0.id != "setup" }.revisions.flatMap {
            $0.up.statements + ($0.down?.statements ?? [])
        }
    }

    private func dangerous(_ pattern: LintPattern) -> Revision {
        .of(
            "dangerous", after: "setup", up: pattern.dangerous, down: pattern.down,
            isTransactional: !pattern.isDangerousOutside)
    }

    private func safeRevisions(_ pattern: LintPattern) -> [Revision] {
        pattern.safe.enumerated().map { index, safe in
            .of(
                "safe\(index)", after: index == 0 ? "setup" : "safe\(index - 1)", up: safe.up, down: safe.down,
                isTransactional: safe.isTransactional)
        }
    }
}
