#if ScribeApp
package import PGWire

/// Drops all that the default schema holds and migrates to head.
package struct DatabaseReset: Sendable {
    private let configuration: Connection.Configuration

    package init(_ configuration: Connection.Configuration) {
        self.configuration = BackupSession.configuration(configuration)
    }

    /// Drops it, all or nothing.
    ///
    /// - Returns: how many objects there were, and what is no longer as it was.
    /// - Throws: ``BackupError``, `PostgresError`
    package func drop() async throws -> (count: Int, notes: [String]) {
        do {
            return try await Connection.withConnection(configuration) { db in
                try await db.transaction { tx in
                    try await tx.execute(
                        script: "\(BackupSession.patience)\n\(BackupSession.noTransactionTimeout)")
                    try await BackupSession.takeMigrationLock(tx)
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

    /// Why a reset is not done.
    package enum Refusal: ShownError, Equatable {
        case notDevelopment(String)
        case environmentUnknown(host: String)
        case noTerminal(target: String)
        case notConfirmed(target: String)
        case notLocal(host: String, target: String)

        package var shown: ShownText {
            switch self {
            case .notDevelopment(let environment):
                """
                ENVIRONMENT is \(environment): db reset drops everything, so it is for development only. Nothing was changed.
                """
            case .environmentUnknown(let host):
                """
                \(host) is not this machine, and nothing says that it is for development: set ENVIRONMENT=development if it \
                is. Nothing was changed.
                """
            case .noTerminal(let target):
                "nobody can be asked, as standard input is no terminal: give --confirm \(target). Nothing was changed."
            case .notConfirmed(let target):
                "that is not what was to be confirmed, \(target): nothing was changed"
            case .notLocal(let host, let target):
                """
                \(host) is not this machine, so --yes is not enough: type the name when asked, or give --confirm \(target). \
                Nothing was changed.
                """
            }
        }
    }
}
#endif
