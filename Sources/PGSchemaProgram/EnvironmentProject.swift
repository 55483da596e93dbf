#if SchemaCommands
import ArgumentParser
import Foundation
import PGSchema
import PGSchemaCommands
import PGWire

/// The project in the working directory, configured by environment variables.
enum EnvironmentProject: SchemaProject {
    static let commandName = "pgschema"
    static let revisionDirectory: String? = "migrations"

    /// The table that `PGSCHEMA_VERSION_TABLE` names, such as Alembic's; `schema_version` by default.
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
        let configuration: Connection.Configuration
        do { configuration = try Connection.Configuration(url) } catch {
            throw ValidationError("DATABASE_URL cannot be used: \(error)")
        }
        return try await body(ProjectDatabase(configuration))
    }

    /// The value of an environment variable; nil when it is not set or empty.
    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
#endif
