#if ScribeApp
import PGWire

/// Alembic's table `alembic_version`: one row with the database's revision, none at base.
enum VersionTable {
    /// Makes the table unless it is there.
    static func create(_ db: borrowing some Queryable & ~Copyable) async throws {
        // Not IF NOT EXISTS, which wants the right to create tables even when there is nothing to create.
        if try await exists(db) { return }
        try await db.execute(
            script: """
                CREATE TABLE alembic_version (
                    version_num varchar(32) NOT NULL,
                    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
                )
                """)
    }

    /// The database's height in `graph`, 0 also when there is no table.
    ///
    /// - Throws: ``MigrationError/unknownVersion(_:)``, ``MigrationError/severalVersions(_:)``, `PGError`
    static func height(in graph: RevisionGraph, _ db: borrowing some Queryable & ~Copyable) async throws -> Int {
        guard try await exists(db) else { return 0 }
        let ids = try await db.fetchAll("SELECT version_num FROM alembic_version ORDER BY 1", as: String.self)
        let heights = try ids.map { id in
            do { return try graph.height(of: id) } catch { throw MigrationError.unknownVersion(id) }
        }
        guard heights.count <= 1 else { throw MigrationError.severalVersions(ids) }
        return heights.first ?? 0
    }

    private static func exists(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        try await db.fetchOne("SELECT to_regclass('alembic_version') IS NOT NULL", as: Bool.self)
    }

    /// Replaces the version, but only if it still is `old`.
    ///
    /// - Throws: ``MigrationError/versionChanged(expected:)``, `PGError`
    static func move(from old: String?, to new: String?, _ db: borrowing some Queryable & ~Copyable) async throws {
        let tag: CommandTag
        switch (old, new) {
        case (let old?, let new?):
            tag = try await db.execute(
                "UPDATE alembic_version SET version_num = \(new) WHERE version_num = \(old)")
        case (nil, let new?):
            tag = try await db.execute(
                """
                INSERT INTO alembic_version (version_num)
                SELECT \(new) WHERE NOT EXISTS (SELECT FROM alembic_version)
                """)
        case (let old?, nil):
            tag = try await db.execute("DELETE FROM alembic_version WHERE version_num = \(old)")
        case (nil, nil): return
        }
        guard tag.rowCount == 1 else { throw MigrationError.versionChanged(expected: old) }
    }
}
#endif
