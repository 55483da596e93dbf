import FoundationEssentials
import LocalPostgres
import PGWire
import Synchronization
import Testing
import TestSupport

/// Databases made by chance, with something of everything in them, are the same after a backup and a restore: pg_dump of both
/// says so, and a checksum of each table's rows. The seed is printed; `PGWIRE_SEED` repeats a run, `PGWIRE_BACKUP_SCHEMAS` makes it
/// longer, and `PGWIRE_BACKUP_BY=pg_dump` has pg_dump and psql take the library's place. What fails is
/// reduced to the statements that it needs.
@Suite(.timeLimit(.minutes(60))) struct BackupRandomTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let failures = Mutex(0)
    private static let majors = environment["PGWIRE_BACKUP_MAJOR"].flatMap { Int($0) }.map { [$0] } ?? [15, 17, 18]

    @Test func whateverIsThereComesBack() async throws {
        let seed = Self.environment["PGWIRE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)
        let count = Self.environment["PGWIRE_BACKUP_SCHEMAS"].flatMap { Int($0) } ?? 12
        print("random databases: PGWIRE_SEED=\(seed)")
        for major in Self.majors {
            let cluster = try await TestServers.shared.cluster(major: major)
            try await Connection.withConnection(cluster.configuration(database: cluster.database)) { db in
                try await db.execute(script: RandomDatabase.makingRoles)
            }
        }
        let outcomes = try await withTemporaryDirectory { directory in
            try await withThrowingTaskGroup(of: [RandomBackup.Outcome].self) { group in
                for worker in 0..<3 {
                    group.addTask {
                        var outcomes: [RandomBackup.Outcome] = []
                        for number in stride(from: worker, to: count, by: 3) {
                            outcomes.append(try await run(seed &+ UInt64(number), directory))
                        }
                        return outcomes
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        report(outcomes)
    }

    private func run(_ seed: UInt64, _ directory: String) async throws -> RandomBackup.Outcome {
        let major = Self.majors[Int(seed % UInt64(Self.majors.count))]
        let database = RandomDatabase(seed: seed, major: major)
        var backup = RandomBackup(cluster: try await TestServers.shared.cluster(major: major), directory: directory)
        backup.isByPgDump = Self.environment["PGWIRE_BACKUP_BY"] == "pg_dump"
        let outcome = try await backup.run(database.steps)
        guard let problem = outcome.problem else { return outcome }
        // That takes a while.
        let reduced =
            Self.failures.withLock { failures in
                failures += 1
                return failures
            } <= 3
            ? try await backup.reduce(outcome.steps, problem: problem) : outcome
        let statements = reduced.steps.map { $0.sql + ";" }.joined(separator: "\n")
        Issue.record("PGWIRE_SEED=\(seed), PostgreSQL \(major):\n\(reduced.problem ?? problem)\nof:\n\(statements)")
        return outcome
    }

    /// Most of what was written was taken, and something of each kind was there.
    private func report(_ outcomes: [RandomBackup.Outcome]) {
        let taken = outcomes.flatMap(\.steps)
        let refused = outcomes.flatMap(\.refused)
        var counts: [String: Int] = [:]
        for step in taken { counts[step.kind.rawValue, default: 0] += 1 }
        print("statements: \(taken.count) taken, \(refused.count) refused; \(counts.sorted { $0.key < $1.key })")
        #expect(refused.count * 4 < taken.count, "\(refused.prefix(20).map { "\($0.why): \($0.step.sql)" })")
        if outcomes.count >= 100 { #expect(counts.count == RandomDatabase.wanted.count) }
        guard Self.environment["PGWIRE_BACKUP_REFUSED"] != nil else { return }
        for (step, why) in refused { print("refused: \(why)\n    \(step.sql)") }
    }
}
