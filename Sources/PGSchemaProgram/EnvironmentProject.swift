#if SchemaCommands
import ArgumentParser
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
        guard let url = variable("DATABASE_URL") else {
            throw ValidationError(
                "DATABASE_URL is not set: it names the database, as postgres://USER:PASSWORD@HOST/NAME")
        }
        return try await body(ProjectDatabase(try Connection.Configuration(url)))
    }

    /// Its value; nil when it is not set, or to nothing.
    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
#endif
