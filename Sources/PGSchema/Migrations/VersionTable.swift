import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// The table that holds the database's revision, or a row for each where it has several heads, and what goes with its name:
/// where to find it, and who else works on it.
///
/// It has the form of Alembic's `alembic_version`, so that `VersionTable("alembic_version")` takes over a database that
/// Alembic has migrated, and Alembic one that this has.
public struct VersionTable: Sendable {
    /// Its name without quotes, which the search path leads to.
    public let name: String
    /// What the line in the table's comment begins with that holds the checksums of applied revisions.
    public let recordLabel: String
    /// The key of the advisory lock (manual: "Advisory Locks") that keeps migrators, restores and resets apart. All programs
    /// that migrate one database need the same.
    public let lockKey: Int64

    /// "pgschema" in ASCII.
    public static let defaultLockKey: Int64 = 0x7067_7363_6865_6d61

    /// `schema_version`, for databases that no other tool has migrated.
    public static let standard = VersionTable("schema_version")

    /// A version table of that name.
    ///
    /// - Parameters:
    ///   - name: without quotes and without a schema; the search path leads to it.
    ///   - recordLabel: see ``recordLabel``.
    ///   - lockKey: see ``lockKey``.
    public init(_ name: String, recordLabel: String = "pgschema", lockKey: Int64 = defaultLockKey) {
        self.name = name
        self.recordLabel = recordLabel
        self.lockKey = lockKey
    }

    /// The name as SQL needs it.
    package var sqlName: String { name.quotedAsNeeded }

    package func definition(ifMissing: Bool = false) -> String {
        """
        CREATE TABLE \(ifMissing ? "IF NOT EXISTS " : "")\(sqlName) (
            version_num varchar(32) NOT NULL,
            CONSTRAINT \((name + "_pkc").quotedAsNeeded) PRIMARY KEY (version_num)
        )
        """
    }

    /// Makes the table unless it is there, and returns whether it did.
    @discardableResult
    package func create(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        // Not IF NOT EXISTS, which wants the right to create tables even when there is nothing to create.
        if try await exists(db) {
            // Whoever writes into it runs its triggers.
            if let owner = try await TableOwners.stranger(owning: sqlName, db) {
                throw MigrationError.versionTableOfAnother(owner: owner, table: name)
            }
            return false
        }
        try await db.execute(script: definition())
        return true
    }

    package func exists(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        try await db.fetchOne(catalog: "SELECT to_regclass(\(sqlName)) IS NOT NULL", as: Bool.self)
    }

    /// What the database holds, in the graph's order: nothing at base, and also when there is no table.
    ///
    /// - Throws: ``MigrationError/unknownVersion(_:)``, ``MigrationError/severalVersions(_:)``, `PostgresError`
    package func current(in graph: RevisionGraph, _ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        let ids = try await rows(db)
        if let stranger = ids.first(where: { graph[$0] == nil }) {
            throw MigrationError.unknownVersion(stranger, table: name)
        }
        let tips = graph.tips(of: graph.history(of: ids))
        guard tips.count == ids.count else { throw MigrationError.severalVersions(ids, table: name) }
        return tips
    }

    /// What is in the table, whether anybody knows it or not.
    package func rows(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        let found = try await db.fetchOptional(
            catalog: """
                SELECT format('%I.%I', n.nspname, c.relname), c.relkind = 'r', row_security_active(c.oid)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(\(sqlName))
                """, as: (String, Bool, Bool).self)
        guard let (table, isTable, hasPolicies) = found else { return [] }
        guard isTable else { throw MigrationError.versionTableIsNone(table) }
        guard !hasPolicies else { throw MigrationError.versionTableHasPolicies(table) }
        return try await Self.rows(ofTable: table, db)
    }

    /// The rows of a plain table, in the order of their bytes.
    ///
    /// It is not asked by a query, which would run code of the table's owner when it is planned (``TableOwners``). Should a
    /// view have taken the table's name meanwhile, there is an error.
    package static func rows(ofTable table: String, _ db: borrowing some Queryable & ~Copyable) async throws -> [String]
    {
        var ids: [SQLIdentifier] = []
        let copy: SQL = "COPY \(raw: table) (version_num) TO STDOUT (FORMAT binary)"
        try await db.copyOut(copy, as: String.self) { ids.append(SQLIdentifier($0)) }
        return ids.sorted().map(\.text)
    }

    /// Carries out what a step does to the rows.
    ///
    /// - Throws: ``MigrationError/versionChanged(expected:)`` when the rows are no longer as the plan found them, `PostgresError`
    package func apply(_ change: Change, _ db: borrowing some Queryable & ~Copyable) async throws {
        for statement in statements(for: change) {
            let tag = try await db.execute(SQL(raw: statement))
            guard tag.rowCount == 1 else { throw MigrationError.versionChanged(expected: change.removed, table: name) }
        }
    }

    /// A change of the table's rows.
    package struct Change: Sendable {
        /// The ids that are there before.
        package let before: Set<String>
        /// The ids that are there afterwards.
        package let after: Set<String>

        package var removed: [String] { before.subtracting(after).sorted() }
        package var added: [String] { after.subtracting(before).sorted() }
    }

    /// Statements that hit one row each, or else the rows are not what they were thought to be.
    package func statements(for change: Change) -> [String] {
        let removed = change.removed.map(\.asLiteral)
        let added = change.added.map(\.asLiteral)
        if removed.count == 1, added.count == 1 {
            return [
                "UPDATE \(sqlName) SET version_num = \(added[0]) WHERE version_num OPERATOR(pg_catalog.=) \(removed[0])"
            ]
        }
        let deletions = removed.map { "DELETE FROM \(sqlName) WHERE version_num OPERATOR(pg_catalog.=) \($0)" }
        return deletions
            + added.map { id in
                let values = "INSERT INTO \(sqlName) (version_num)"
                // From base nothing is removed that would show whether somebody else was faster.
                return change.before.isEmpty
                    ? "\(values) SELECT \(id) WHERE NOT EXISTS (SELECT FROM \(sqlName))"
                    : "\(values) VALUES (\(id))"
            }
    }
}
