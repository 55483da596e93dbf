public import PGSchemaMigrations
import PGSchemaReports
public import PGWire

/// Drops everything in the default schema, which leaves an empty one to migrate.
public struct SchemaReset: Sendable {
    private let configuration: Connection.Configuration
    private let versionTable: VersionTable

    /// A reset of the default schema (the first of the search path).
    ///
    /// - Parameters:
    ///   - configuration: how to connect. Its statement timeout is ignored.
    ///   - versionTable: the version table of the database, whose advisory lock is taken.
    public init(_ configuration: Connection.Configuration, versionTable: VersionTable = .standard) {
        self.versionTable = versionTable
        self.configuration = BackupSession.configuration(configuration)
    }

    /// Drops all objects, or none.
    ///
    /// - Returns: the number of objects, and notes on tables that are no longer published.
    /// - Throws: ``BackupError``, `PostgresError`. Nothing was dropped then.
    public func drop() async throws -> (count: Int, notes: [String]) {
        do {
            return try await Connection.withConnection(configuration) { db in
                try await db.transaction { tx in
                    try await tx.execute(
                        script: "\(BackupSession.timeouts)\n\(BackupSession.noTransactionTimeout)")
                    try await BackupSession.takeMigrationLock(versionTable, tx)
                    let objects = try await SchemaObjects(ofDefaultSchema: tx)
                    let publications = try await objects.publications(tx)
                    let count = try await objects.descriptions(tx).count
                    try await objects.drop(tx)
                    return (count, publications.map { "no longer published: \($0)" })
                }
            }
        } catch PostgresError.server(let error) {
            throw BackupError.refused(reason: PostgresError.server(error))
        }
    }
}
