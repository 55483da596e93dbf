public import PGSchemaMigrations
import PGSchemaReports
public import PGWire

/// Drops all that the default schema holds, which leaves an empty one to migrate.
public struct SchemaReset: Sendable {
    private let configuration: Connection.Configuration
    private let versionTable: VersionTable

    /// A reset of the database that `configuration` leads to.
    public init(_ configuration: Connection.Configuration, versionTable: VersionTable = .standard) {
        self.versionTable = versionTable
        self.configuration = BackupSession.configuration(configuration)
    }

    /// Drops it, all or nothing.
    ///
    /// - Returns: how many objects there were, and what is no longer as it was.
    /// - Throws: ``BackupError``, `PostgresError`
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
