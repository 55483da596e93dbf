import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Synchronization
import Testing
import TestSupport

/// What a migrator warns of.
final class Warnings: Sendable {
    private let list = Mutex<[String]>([])

    var texts: [String] { list.withLock { $0 } }

    @Sendable func add(_ report: Migrator.Report) {
        if case .warning(let text) = report { list.withLock { $0.append(text) } }
    }
}

/// What the migrator remembers in the comment of alembic_version.
@Suite(.timeLimit(.minutes(2))) struct MigrationRecordTests {
    private let database: Connection.Configuration

    init() async throws { database = try await TestServers.shared.cluster(major: 15).makeDatabase() }

    private func comment() async throws -> String? {
        try await Connection.withConnection(database) { db in
            try await db.fetchOne("SELECT obj_description('alembic_version'::regclass, 'pg_class')", as: String?.self)
        }
    }

    private func execute(_ script: String) async throws {
        _ = try await Connection.withConnection(database) { try await $0.execute(script: script) }
    }

    /// The graph with one statement of its third revision changed.
    private func edited() throws -> RevisionGraph {
        var revisions = try RevisionGraph.scribe().revisions
        let old = revisions[2]
        revisions[2] = Revision(
            id: old.id, downRevisions: old.downRevisions, title: old.title, file: old.file,
            up: Array(old.up.dropLast()), down: old.down)
        return try RevisionGraph(revisions, versionTable: .scribe)
    }

    private func warnings(_ graph: RevisionGraph, _ body: (Migrator) async throws -> Void) async throws -> [String] {
        let warnings = Warnings()
        let migrator = Migrator(configuration: database, graph: graph, report: warnings.add)
        try await body(migrator)
        return warnings.texts
    }

    @Test func aRevisionThatWasChangedAfterwardsIsWarnedOf() async throws {
        let graph = try RevisionGraph.scribe()
        let unchanged = try await warnings(graph) { migrator in
            try await migrator.run(.upgrade, to: "+5")
            _ = try await migrator.current()
        }
        #expect(unchanged.isEmpty)
        let changed = try await warnings(try edited()) { _ = try await $0.current() }
        #expect(changed.count == 1)
        #expect(changed.first?.contains("0003_templates.sql") == true)
        let moving = try await warnings(try edited()) { try await $0.run(.upgrade, to: "head") }
        #expect(moving.count == 1)
    }

    @Test func whatIsTakenBackIsForgotten() async throws {
        let migrator = Migrator(configuration: database, graph: try .scribe())
        try await migrator.run(.upgrade, to: "+3")
        #expect(try await comment()?.contains("9f243b0c00f9") == true)
        try await migrator.run(.downgrade, to: "-1")
        #expect(try await comment()?.contains("9f243b0c00f9") == false)
        #expect(try await comment()?.contains("5afd87136a29") == true)
        try await migrator.run(.downgrade, to: "base")
        #expect(try await comment() == nil)
    }

    @Test func whatOthersWroteThereStays() async throws {
        let migrator = Migrator(configuration: database, graph: try .scribe())
        try await migrator.run(.upgrade, to: "+1")
        let text = #"it''s "ours": C:\dir"#
        try await execute("COMMENT ON TABLE alembic_version IS '\(text)'")
        try await migrator.run(.upgrade, to: "head")
        #expect(try await comment()?.hasPrefix(#"it's "ours": C:\dir"# + "\nscribe-app: {") == true)
        try await migrator.run(.downgrade, to: "base")
        #expect(try await comment() == #"it's "ours": C:\dir"#)
    }

    @Test func aCommentThatSomebodySpoiltStopsNothing() async throws {
        let migrator = Migrator(configuration: database, graph: try .scribe())
        try await migrator.run(.upgrade, to: "+1")
        try await execute("COMMENT ON TABLE alembic_version IS 'scribe-app: {nonsense'")
        try await migrator.run(.upgrade, to: "head")
        #expect(try await migrator.current() == ["bbddd04b993d"])
    }

    @Test func aTableOfAnotherRoleHasNoRecordAndIsNoObstacle() async throws {
        let other = try await database.asRoleWithoutTheVersionTable()
        try await Migrator(configuration: other, graph: try .scribe()).run(.upgrade, to: "head")
        #expect(try await comment() == nil)
    }

    @Test func stampMovesTheVersionAlone() async throws {
        let migrator = Migrator(configuration: database, graph: try .scribe())
        try await migrator.stamp("3494")
        #expect(try await migrator.current() == ["3494a07fed0c"])
        try await migrator.stamp("head")
        #expect(try await migrator.current() == ["bbddd04b993d"])
        // The objects are missing, so a step fails and nothing moves.
        await #expect(throws: MigrationError.self) { try await migrator.run(.downgrade, to: "-1") }
        #expect(try await migrator.current() == ["bbddd04b993d"])
        try await execute("UPDATE alembic_version SET version_num = 'deadbeef0000'")
        await #expect(throws: MigrationError.self) { try await migrator.stamp("base") }
        // A shell's empty variable is no target, and base least of all.
        for target in ["", "3494,"] {
            await #expect(throws: MigrationError.self) { try await migrator.stamp(target, purge: true) }
        }
        try await migrator.stamp("base", purge: true)
        #expect(try await migrator.current() == [])
    }
}
