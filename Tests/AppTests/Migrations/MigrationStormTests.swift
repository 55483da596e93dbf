import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Many migrators at once, and migrators that are killed, as processes through PgBouncer in transaction mode.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MigrationStormTests {
    @Test func fiftyAtOnceAllSucceedAndEachRevisionIsAppliedOnce() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let database = try await cluster.makeDatabase()
        let settings = database.settings(port: pooler.port)
        let outcomes = try await withThrowingTaskGroup(of: ScribeProcess.Outcome.self) { group in
            for _ in 1...50 { group.addTask { try await ScribeProcess.run(["migrate", "upgrade", "head"], settings) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.problems)") }
        let steps = outcomes.flatMap { $0.output.split(separator: "\n").filter { $0.hasPrefix("Running upgrade") } }
        #expect(steps.count == 10)
        #expect(Set(steps).count == 10)
        let catalog = try await Connection.withConnection(database) { try await Catalog.lines($0) }
        #expect(catalog == SchemaFacts.catalog(height: 10, cameDown: false, hadEnum: false))
        await pooler.stop()
    }

    @Test func killedAtAHundredMomentsItIsAlwaysAtAWholeRevision() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let database = try await cluster.makeDatabase()
        let settings = database.settings(port: pooler.port)
        func run(_ arguments: [String]) async throws -> Duration {
            let start = ContinuousClock.now
            let outcome = try await ScribeProcess.run(["migrate"] + arguments, settings)
            #expect(outcome.status == 0, "\(outcome.problems)")
            return .now - start
        }
        // How long a whole run takes here, so that the moments lie all along it.
        let whole = max(try await run(["upgrade"]), try await run(["downgrade", "base"]))
        var heights: [Int: Int] = [:]
        for round in 1...100 {
            let isUp = try await height(database) == 0
            let process = try ScribeProcess(
                ["migrate"] + (isUp ? ["upgrade", "head"] : ["downgrade", "base"]), settings)
            // The moment is what is tested, not something that is waited for.
            try await Task.sleep(for: whole * Double.random(in: 0...1))
            process.send(SIGKILL)
            _ = await process.outcome
            let height = try await height(database)
            heights[height, default: 0] += 1
            #expect(height == 0 || height == 10, "round \(round)")
            if round % 10 == 0 {
                _ = try await run(isUp ? ["upgrade", "head"] : ["downgrade", "base"])
                #expect(try await self.height(database) == (isUp ? 10 : 0))
            }
        }
        print("killed 100 migrating processes; found the database at", heights.sorted { $0.key < $1.key })
        await pooler.stop()
    }

    /// The height, when nobody migrates any more, after comparing the whole catalog with the facts.
    private func height(_ database: Connection.Configuration) async throws -> Int {
        let lines = try await Connection.withConnection(database) { db in
            try await db.transaction(isolation: .readCommitted) { tx in
                // The server may still be working for a client that is gone.
                try await tx.execute("SELECT pg_advisory_xact_lock(\(VersionTable.scribe.lockKey))")
                return try await Catalog.lines(tx)
            }
        }
        let version = lines.first { $0.hasPrefix("version ") }?.dropFirst(8)
        let height = version.flatMap { SchemaFacts.revisions.firstIndex(of: String($0)) }.map { $0 + 1 } ?? 0
        let hasTable = lines.contains { $0.hasPrefix("column alembic_version") }
        let facts = SchemaFacts.catalog(height: height, cameDown: false, hadEnum: true)
        #expect(lines == (hasTable ? facts : []))
        return height
    }
}
