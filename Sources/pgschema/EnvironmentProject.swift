#if SchemaCommands
import Foundation
import PGSchema
import PGSchemaCommands
import PGWire

/// The project of the working directory, as the environment describes it.
enum EnvironmentProject: SchemaProject {
    static let commandName = "pgschema"
    static let revisionDirectory: String? = "migrations"

    /// `PGSCHEMA_VERSION_TABLE` names another one, such as Alembic's.
    static var versionTable: VersionTable { variable("PGSCHEMA_VERSION_TABLE").map { VersionTable($0) } ?? .standard }

    static func revisions() throws -> RevisionGraph {
        try RevisionGraph(directory: "migrations", versionTable: versionTable)
    }

    static func scratchPassword() throws -> Secret? { variable("SCRATCH_PASSWORD").map { Secret($0) } }

    static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R {
        try await body(ProjectDatabase(try variable("DATABASE_URL").map { try Configuration($0) } ?? Configuration()))
    }

    /// Its value; nil when it is not set, or to nothing.
    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
#endif
