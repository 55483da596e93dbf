public import PGSchema
import PGSchemaComparison
import PGSchemaMigrations
public import PGWire

/// What the commands are about: a database, the revisions of its schema and, where there is one, the schema as declared.
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
    /// How the program is called, for what it says about itself.
    static var commandName: String { get }

    /// How its command is called that restores a backup: `shop restore`.
    static var restoreCommand: String { get }

    /// Where a database keeps its revision.
    static var versionTable: VersionTable { get }

    /// The revisions that are meant when no directory is named.
    ///
    /// - Throws: ``/PGSchemaMigrations/MigrationError``, or whatever else keeps them from being read.
    static func revisions() throws -> RevisionGraph

    /// Where new revisions are written when no directory is named; nil when one must be.
    static var revisionDirectory: String? { get }

    /// Is told of each file that was written into ``revisionDirectory``, so that it can be made part of the program.
    static func noteRevision(file: String) throws

    /// The schema as the program declares it; nil when only the revisions say what it is.
    static var schema: Schema? { get }

    /// The password for a database that is given by `--scratch-url`, as arguments are no place for one; nil for none.
    static func scratchPassword() throws -> Secret?

    /// Runs `body` with the database that is meant.
    ///
    /// - Throws: why there is none, or what `body` throws.
    static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R
}

extension SchemaProject {
    /// The default.
    public static var restoreCommand: String { "\(commandName) restore" }
    /// The default.
    public static var versionTable: VersionTable { .standard }
    /// The default.
    public static var revisionDirectory: String? { nil }
    /// The default: nothing.
    public static func noteRevision(file: String) throws {}
    /// The default.
    public static var schema: Schema? { nil }
    /// The default: nothing.
    public static func scratchPassword() throws -> Secret? { nil }
}

/// A database, and what is known of the way there.
public struct ProjectDatabase: Sendable {
    /// How to connect.
    public var configuration: Connection.Configuration
    /// Whether a connection has a server session of its own for certain, so that settings of the session reach nobody else.
    /// Not so behind a transaction pooler.
    public var ownsSession: Bool

    /// - Parameter ownsSession: whether no transaction pooler stands between; nil when the port tells, which is 5432 for
    ///   PostgreSQL itself.
    public init(_ configuration: Connection.Configuration, ownsSession: Bool? = nil) {
        self.configuration = configuration
        self.ownsSession = ownsSession ?? configuration.endpoints.allSatisfy { $0.port == 5432 }
    }
}
