// The README's example of PGSchema and the guide's project, which a test compares with the text.
import PGSchema
import PGSchemaCommands
import PGWire

/// What a server does at its start.
func migrateAtStart(_ configuration: Connection.Configuration) async throws {
    let revisions = try RevisionGraph(directory: "migrations")
    let migrator = Migrator(configuration: configuration, graph: revisions)
    do {
        try await migrator.run(.upgrade, to: "head")
    } catch MigrationError.unknownVersion(let id, _) {
        print("the database is at \(id), which this program does not know: deploy the newer one")
        throw MigrationError.unknownVersion(id, table: revisions.versionTable.name)
    }
}

enum Shop: SchemaProject {
    static let commandName = "shop"

    static func revisions() throws -> RevisionGraph { try RevisionGraph(directory: "migrations") }

    static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R {
        try await body(ProjectDatabase(Connection.Configuration("postgres://shop@localhost/shop")))
    }
}
