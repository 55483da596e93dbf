import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
public import PGWire

/// A scratch database into which a backup is restored before it gets its name.
///
/// What was restored is backed up in turn, and must come out the same: each statement, and the number and a checksum of each
/// table's rows, as they were read when the backup was taken. So nothing is read twice from the database itself.
///
/// ```swift
/// let summary = try await ScratchDatabase.with(nil, major: 17) { scratch in
///     var backup = Backup(configuration, path: "shop.backup")
///     backup.verification = BackupVerification(scratch: scratch, isThrowaway: true)
///     return try await backup.run()
/// }
/// ```
public struct BackupVerification: Sendable {
    private let scratch: Connection.Configuration
    private let isThrowaway: Bool

    /// A verification in an empty database.
    ///
    /// - Parameters:
    ///   - scratch: how to connect to it. Its server must know the roles that the schema names, and have its extensions.
    ///   - isThrowaway: whether the whole server is for this alone, and the role a superuser: then a database like the backed up
    ///     one and its roles are made there.
    public init(scratch: Connection.Configuration, isThrowaway: Bool) {
        self.scratch = BackupSession.configuration(scratch)
        self.isThrowaway = isThrowaway
    }

    /// Restores the file at `path`, and compares.
    ///
    /// - Throws: ``BackupError/notRestorable(reason:)``, ``BackupError/notSame(_:)``, `PostgresError`
    func verify(_ path: String, _ record: BackupRecord, of backup: Backup, _ source: Connection.Configuration)
        async throws
    {
        let scratch = isThrowaway ? try await prepare(for: source) : self.scratch
        var restore = Restore(scratch, path: path, progress: backup.progress)
        restore.versionTable = backup.versionTable
        do {
            _ = try await restore.run()
        } catch let error as BackupError {
            throw BackupError.notRestorable(reason: error)
        }
        let differences = record.differences(to: try await backup.record(of: scratch))
        guard differences.isEmpty else { throw BackupError.notSame(differences) }
    }

    /// Makes a database like the other one, and the roles of that server.
    private func prepare(for source: Connection.Configuration) async throws -> Connection.Configuration {
        let (role, schema, collation, kinds, roles) = try await Connection.withConnection(source) { db in
            try await db.fetchOne(
                catalog: """
                    SELECT current_user::text, current_schema()::text, datcollate::text, datctype::text,
                        ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_')
                    FROM pg_database WHERE datname = current_database()
                    """, as: (String, String?, String, String, [String]).self)
        }
        var copy = scratch
        copy.user = role
        copy.database = "pgschema_verify"
        try await Connection.withConnection(scratch) { [scratch] db in
            for name in roles where !name.hasSameBytes(as: scratch.user) {
                let login = name.hasSameBytes(as: role)
                let rights = login ? "SUPERUSER LOGIN PASSWORD \((scratch.password?.value ?? "").asLiteral)" : "NOLOGIN"
                try await db.execute(script: "CREATE ROLE \(name.quoted) \(rights)")
            }
            let make = "CREATE DATABASE pgschema_verify TEMPLATE template0 OWNER \(role.quoted)"
            do {
                try await db.execute(script: "\(make) LC_COLLATE \(collation.asLiteral) LC_CTYPE \(kinds.asLiteral)")
            } catch PostgresError.server {
                // That locale is not installed here.
                try await db.execute(script: make)
            }
            guard let schema, !schema.hasSameBytes(as: "public") else { return }
            try await db.execute(script: "ALTER DATABASE pgschema_verify SET search_path = \(schema.quoted)")
        }
        if let schema, !schema.hasSameBytes(as: "public") {
            try await Connection.withConnection(copy) { db in
                try await db.execute(script: "CREATE SCHEMA \(schema.quoted)")
            }
        }
        return copy
    }
}
