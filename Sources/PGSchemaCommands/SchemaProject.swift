public import PGSchema
import PGSchemaComparison
import PGSchemaMigrations
public import PGWire

/// A project for the commands: a database, the revisions of its schema and, optionally, the declared schema.
///
/// ```swift
/// enum Shop: SchemaProject {
///     static let commandName = "shop"
///     static func revisions() throws -> RevisionGraph { try RevisionGraph(directory: "migrations") }
///     static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R {
///         try await body(ProjectDatabase(Connection.Configuration("postgres://shop@localhost/shop")))
///     }
/// }
/// ```
/// Its commands are `MigrateCommand<Shop>`, `BackupCommand<Shop>` and `RestoreCommand<Shop>`.
public protocol SchemaProject: Sendable {
    /// The program's name, for its messages.
    static var commandName: String { get }

    /// The command that restores a backup: `shop restore`.
    static var restoreCommand: String { get }

    /// Where a database keeps its revision.
    static var versionTable: VersionTable { get }

    /// The revisions, unless the user names another directory.
    ///
    /// - Throws: ``/PGSchemaMigrations/MigrationError``, or why else they cannot be read.
    static func revisions() throws -> RevisionGraph

    /// The directory for new revisions, unless the user names another one; nil if the user must.
    static var revisionDirectory: String? { get }

    /// Is called with each file that was written into ``revisionDirectory``, for example to embed it in the program.
    static func noteRevision(file: String) throws

    /// The declared schema; nil when there are only the revisions.
    static var schema: Schema? { get }

    /// The password for the database of `--scratch-url`; nil for none. Other users of the machine can see arguments.
    static func scratchPassword() throws -> Secret?

    /// Runs `body` with the project's database.
    ///
    /// - Throws: why there is none, or what `body` throws.
    static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R
}

extension SchemaProject {
    /// `commandName restore`
    public static var restoreCommand: String { "\(commandName) restore" }
    /// The table `schema_version`.
    public static var versionTable: VersionTable { .standard }
    /// None.
    public static var revisionDirectory: String? { nil }
    /// Does nothing.
    public static func noteRevision(file: String) throws {}
    /// None.
    public static var schema: Schema? { nil }
    /// None.
    public static func scratchPassword() throws -> Secret? { nil }
}

/// A database, and whether a pooler is in front of it.
public struct ProjectDatabase: Sendable {
    /// How to connect.
    public var configuration: Connection.Configuration
    /// Whether each connection has a server session of its own, so that session settings affect nobody else. Behind a
    /// transaction pooler it has not.
    public var ownsSession: Bool

    /// A project's database.
    ///
    /// - Parameter ownsSession: false behind a transaction pooler; nil to decide by the port: 5432 is PostgreSQL itself.
    public init(_ configuration: Connection.Configuration, ownsSession: Bool? = nil) {
        self.configuration = configuration
        self.ownsSession = ownsSession ?? configuration.endpoints.allSatisfy { $0.port == 5432 }
    }
}
