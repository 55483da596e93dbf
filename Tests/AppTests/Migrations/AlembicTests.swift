import LocalPostgres
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// Beside real Alembic: at each of the ten revisions either tool goes on where the other stopped, up and down, and nobody can tell
/// from the schema which it was.
@Suite(.timeLimit(.minutes(5))) struct AlembicTests {
    /// Ten up, ten down, ten up: the way down leaves an enum behind and a plain index, so each place is passed in every state that
    /// it can have.
    private static let walk =
        Array(repeating: true, count: 10) + Array(repeating: false, count: 10)
        + Array(repeating: true, count: 10)

    /// The whole database's schema.
    private static func dump(_ cluster: LocalPostgres, _ database: Connection.Configuration) async throws -> String {
        try await cluster.dump(
            database.database ?? "", "--schema-only", "--no-owner", "--no-comments", schema: nil)
    }

    /// Walks with one of the tools at each step, and returns the dump after each.
    private func dumps(
        _ cluster: LocalPostgres, isOurs: @escaping @Sendable (Int) -> Bool
    ) async throws -> [String] {
        let database = try await cluster.makeDatabase()
        let alembic = try AlembicProcess(database)
        let migrator = Migrator(configuration: database, graph: try .scribe())
        var dumps: [String] = []
        for (index, isUp) in Self.walk.enumerated() {
            if isOurs(index) {
                try await migrator.run(isUp ? .upgrade : .downgrade, to: isUp ? "+1" : "-1")
            } else {
                try await alembic.run(isUp ? "upgrade +1" : "downgrade -1")
            }
            dumps.append(try await Self.dump(cluster, database))
        }
        #expect(try await alembic.run("current") == "bbddd04b993d (head)")
        #expect(try await migrator.current() == ["bbddd04b993d"])
        await alembic.end()
        return dumps
    }

    @Test(arguments: [15, 17, 18])
    func eitherToolTakesOverAtEveryRevision(major: Int) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        async let alembicAlone = dumps(cluster) { _ in false }
        async let evenOurs = dumps(cluster) { $0.isMultiple(of: 2) }
        async let oddOurs = dumps(cluster) { !$0.isMultiple(of: 2) }
        async let oursAlone = dumps(cluster) { _ in true }
        let reference = try await alembicAlone
        #expect(Set(reference).count == 18, "steps must differ, or the comparison shows nothing")
        for other in [try await evenOurs, try await oddOurs, try await oursAlone] {
            for index in Self.walk.indices {
                #expect(other[index] == reference[index], "after step \(index + 1)")
            }
        }
    }

    /// From each revision that one tool made, the other goes to the end in one command.
    @Test func takenOverForAllTheRest() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for isOursFirst in [true, false] {
                group.addTask {
                    let database = try await cluster.makeDatabase()
                    let alembic = try AlembicProcess(database)
                    let migrator = Migrator(configuration: database, graph: try .scribe())
                    var ends: [String] = []
                    for height in 0...10 {
                        for (isOurs, isUp, target) in [
                            (isOursFirst, true, height == 0 ? "base" : SchemaFacts.revisions[height - 1]),
                            (!isOursFirst, true, "head"), (isOursFirst, false, "base"), (!isOursFirst, true, "head"),
                            (!isOursFirst, false, "base"),
                        ] where !(isUp && target == "base") {
                            if isOurs {
                                try await migrator.run(isUp ? .upgrade : .downgrade, to: target)
                            } else {
                                try await alembic.run("\(isUp ? "upgrade" : "downgrade") \(target)")
                            }
                            guard target == "head" else { continue }
                            ends.append(try await Self.dump(cluster, database))
                        }
                    }
                    await alembic.end()
                    return ends
                }
            }
            let ends = try await group.reduce(into: []) { $0 += $1 }
            #expect(ends.count == 44)
            #expect(Set(ends).count == 1)
        }
    }

    @Test func alembicsOwnCheckSeesNoDrift() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let alembic = try AlembicProcess(database)
        try await Migrator(configuration: database, graph: try .scribe()).run(.upgrade, to: "head")
        #expect(try await alembic.run("check").contains("No new upgrade operations detected"))
        // It would see one.
        try await Connection.withConnection(database) { db in
            _ = try await db.execute(script: "CREATE TABLE ours (a integer)")
        }
        await #expect(throws: AlembicProcess.Failure.self) { try await alembic.run("check") }
        await alembic.end()
    }

    @Test func ourCheckSeesNoDriftInADatabaseThatAlembicMigrated() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let alembic = try AlembicProcess(database)
        try await alembic.run("upgrade head")
        let outcome = try await ScribeProcess.run(["migrate", "check"], database.settings())
        #expect(outcome.output == "No new upgrade operations detected.\n", "\(outcome.problems)")
        await alembic.end()
    }

    @Test func stampedByOneReadByTheOther() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let alembic = try AlembicProcess(database)
        let migrator = Migrator(configuration: database, graph: try .scribe())
        try await alembic.run("stamp 3494a07fed0c")
        #expect(try await migrator.current() == ["3494a07fed0c"])
        try await migrator.stamp("head")
        #expect(try await alembic.run("current") == "bbddd04b993d (head)")
        await alembic.end()
    }
}
