import FoundationEssentials
import PGWire
import ScribeApp
import Testing
import TestSupport

/// Random operations against a model of what they mean, which is compared with the database after each.
@Suite(.timeLimit(.minutes(2))) struct StorePropertyTests {
    @Test func randomOperationsDoWhatTheModelSays() async throws {
        let seed =
            ProcessInfo.processInfo.environment["PGWIRE_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: .min ... .max)
        print("random store operations: PGWIRE_SEED=\(seed)")
        let database = try await StoreDatabase()
        let configuration = StoreDatabase.appSettings(database.configuration)
        try await Connection.withConnection(configuration) { db in
            var run = StoreModelRun(
                store: Store(OneConnection(connection: db)), random: StoreRandom(seed: seed),
                user: database.user)
            // On until every operation has come up with each of its outcomes: else the test would have lost its point.
            var number = 0
            while number < 500 || !run.missing.isEmpty && number < 5000, run.problems.isEmpty {
                try await run.step()
                number += 1
                if number % 10 == 0 { try await run.compare(db) }
            }
            try await run.compare(db)
            #expect(run.problems.isEmpty, "after \(run.log.suffix(15).joined(separator: "\n"))")
            #expect(run.missing.isEmpty)
        }
    }
}
