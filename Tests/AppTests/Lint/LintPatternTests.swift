#if ScribeApp
import PGWire
import ScribeApp
import Testing

/// Each dangerous pattern is found, its safe form is silent, and the lock that is reported is the one that another
/// connection sees in `pg_locks`.
@Suite(.timeLimit(.minutes(3))) struct LintPatternTests {
    @Test(arguments: [15, 17, 18]) func dangerousIsFoundAndSafeIsSilent(major: Int) async throws {
        var configuration = try await TestServers.shared.cluster(major: major).makeDatabase()
        // Some thousand connections.
        configuration.tls = .disabled
        for pattern in LintPattern.all {
            let found = try await report(on: [dangerous(pattern)], after: pattern, configuration)
            let rules = found.flatMap(\.findings).map(\.rule)
            #expect(rules.contains(pattern.rule), "\(pattern.description): \(rules.map(\.rawValue))")
            let safe = try await report(on: safeRevisions(pattern), after: pattern, configuration)
            let noise = safe.flatMap(\.findings).map { "\($0.rule.rawValue): \($0.detail)" }
            #expect(noise.isEmpty, "the safe form of \(pattern.description)")
        }
    }

    @Test(arguments: [15, 17, 18]) func theLockIsTheOneThatOthersSee(major: Int) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        var linted = try await cluster.makeDatabase()
        var watched = try await cluster.makeDatabase()
        linted.tls = .disabled
        watched.tls = .disabled
        var count = 0
        for pattern in LintPattern.all {
            for revision in [dangerous(pattern)] + safeRevisions(pattern).prefix(1) where revision.up.count == 1 {
                let statement = revision.up[0]
                let reports = try await report(on: [revision], after: pattern, linted)
                guard let facts = reports.first?.facts, facts.failure == nil, facts.wasRun else { continue }
                let reported = Dictionary(uniqueKeysWithValues: facts.locks.map { ($0.table, $0.mode.catalogName) })
                try await apply(LintPattern.base + pattern.setup, watched)
                let seen = try await LockObservation.locks(
                    of: statement.text, watched, isTransactional: revision.isTransactional)
                guard let seen else { continue }
                #expect(reported == seen, "\(statement.text)")
                count += 1
            }
        }
        // Otherwise the comparison would be of nothing.
        #expect(count > 60)
    }

    private func report(
        on revisions: [Revision], after pattern: LintPattern, _ configuration: Configuration
    ) async throws -> [StatementReport] {
        let setup = Revision.of(
            "setup", after: nil, up: LintPattern.base + pattern.setup, down: "DROP SCHEMA public CASCADE")
        let graph = try RevisionGraph([setup] + revisions)
        let linter = Linter(scratch: configuration, graph: graph)
        return try await linter.report { $0.id != "setup" }.revisions.flatMap(\.statements)
    }

    private func dangerous(_ pattern: LintPattern) -> Revision {
        .of(
            "dangerous", after: "setup", up: pattern.dangerous, down: pattern.down,
            isTransactional: !pattern.isDangerousOutside)
    }

    private func safeRevisions(_ pattern: LintPattern) -> [Revision] {
        pattern.safe.enumerated().map { index, safe in
            .of(
                "safe\(index)", after: index == 0 ? "setup" : "safe\(index - 1)", up: safe.up,
                down: safe.down, isTransactional: safe.isTransactional)
        }
    }

    private func apply(_ script: String, _ configuration: Configuration) async throws {
        _ = try await Connection.withConnection(configuration) { try await $0.execute(script: script) }
    }
}

extension Revision {
    /// One whose parts are written as in a file.
    static func of(
        _ id: String, after parent: String?, up: String, down: String, isTransactional: Bool = true,
        header: [String] = []
    ) -> Revision {
        let text =
            ([
                "-- revision: \(id)", "-- down_revision: \(parent ?? "base")", "-- created: 2026-01-01",
                "-- title: \(id)",
            ]
            + header + (isTransactional ? [] : ["-- transaction: none"]) + ["", "-- up", up, "-- down", down])
            .joined(separator: "\n")
        do {
            return try RevisionFile.parse(text, name: "\(id).sql")
        } catch {
            Issue.record(error)
            return Revision(id: id, downRevisions: parent.map { [$0] } ?? [], title: "", file: "", up: [], down: [])
        }
    }
}
#endif
