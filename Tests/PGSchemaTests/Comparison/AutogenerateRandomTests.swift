import FoundationEssentials
import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// Random schemas and random combinations of changes. The seed is printed; `PGWIRE_SEED` repeats a run, and
/// `PGWIRE_COMBINATIONS` makes it longer than 200.
@Suite(.timeLimit(.minutes(5))) struct AutogenerateRandomTests {
    private static let majors = [15, 17, 18]

    @Test func twoHundredCombinations() async throws {
        let given = ProcessInfo.processInfo.environment["PGWIRE_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: .min ... .max)
        let count = ProcessInfo.processInfo.environment["PGWIRE_COMBINATIONS"].flatMap { Int($0) } ?? 200
        print("random schemas: PGWIRE_SEED=\(seed)")
        let changed = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    var changed = 0
                    for number in stride(from: worker, to: count, by: 6) {
                        changed += try await run(seed &+ UInt64(number)) ? 1 : 0
                    }
                    return changed
                }
            }
            return try await group.reduce(0, +)
        }
        // What one change made another may have taken away again, but not often.
        #expect(changed > count * 3 / 4)
    }

    /// - Returns: whether anything changed.
    private func run(_ seed: UInt64) async throws -> Bool {
        let major = Self.majors[Int(seed % 3)]
        var random = RandomSchema(seed: seed, major: major)
        let before = random.schema
        random.change()
        let after = random.schema
        let label = "PGWIRE_SEED=\(seed), PostgreSQL \(major): \(random.log)"
        do {
            return try await SchemaDatabase.with(major: major) { database in
                let db = database.connection
                try await database.make(before)
                for statement in random.handmade { try await db.execute(script: statement) }
                let old = try await database.dump(keepsColumnOrder: false)
                var autogenerate = SchemaComparison(after)
                autogenerate.options.dropsAll = true
                autogenerate.options.renames = try random.renames.map { try SchemaRename.Request($0) }
                let draft = try await autogenerate.draft(db)
                #expect(draft.problems == [], "\(label)\n\(draft.text)")
                #expect(!random.losesData || draft.changes.contains(where: \.losesData), "\(label)\n\(draft.text)")

                do { try await database.apply(draft, .upgrade) } catch { return report(label, draft, error) }
                let rest = try await SchemaComparison(after).draft(db)
                #expect(rest.isEmpty, "\(label)\n\(draft.text)\nleaves:\n\(rest.changes)")

                do { try await database.apply(draft, .downgrade) } catch { return report(label, draft, error) }
                let new = try await database.dump(keepsColumnOrder: false)
                #expect(difference(new, old) == [], "\(label)\n\(draft.text)")
                return !draft.isEmpty
            }
        } catch {
            Issue.record("\(label): \(error)")
            return false
        }
    }

    private func report(_ label: String, _ draft: SchemaDraft, _ error: any Error) -> Bool {
        Issue.record("\(label): \(error)\n\(draft.text)")
        return false
    }
}
