import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// The table that holds the database's revision: one row, or one per head where there are several.
///
/// It has the columns of Alembic's `alembic_version`: `VersionTable("alembic_version")` takes over a database from Alembic,
/// and Alembic can take it back.
public struct VersionTable: Sendable {
    /// The name, without quotes and schema. The table is looked up in the search path.
    public let name: String
    /// The word before the checksums of applied revisions in the table's comment.
    public let recordLabel: String
    /// The key of the advisory lock (manual: "Advisory Locks") that keeps migrations, restores and resets apart. All programs
    /// that migrate one database need the same key.
    public let lockKey: Int64

    /// "pgschema" in ASCII.
    public static let defaultLockKey: Int64 = 0x7067_7363_6865_6d61

    /// `schema_version`, for databases that no other tool has migrated.
    public static let standard = VersionTable("schema_version")

    /// A version table of that name.
    ///
    /// - Parameters:
    ///   - name: without quotes and schema. The table is looked up in the search path.
    ///   - recordLabel: see ``recordLabel``.
    ///   - lockKey: see ``lockKey``.
    public init(_ name: String, recordLabel: String = "pgschema", lockKey: Int64 = defaultLockKey) {
        self.name = name
        self.recordLabel = recordLabel
        self.lockKey = lockKey
    }

    /// The name as SQL needs it.
    var sqlName: String { name.quotedIfNeeded }

    package func definition(ifMissing: Bool = false) -> String {
        """
        CREATE TABLE \(ifMissing ? "IF NOT EXISTS " : "")\(sqlName) (
            version_num varchar(32) NOT NULL,
            CONSTRAINT \(String.defaultName(name, nil, "pkc").quotedIfNeeded) PRIMARY KEY (version_num)
        )
        """
    }

    /// Creates the table unless it exists, and returns whether it did.
    @discardableResult
    package func create(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        // Not IF NOT EXISTS, which needs the right to create tables even if the table exists.
        if try await exists(db) {
            // Writing into the table runs its owner's triggers as this role.
            if let owner = try await TableOwners.untrustedOwner(of: sqlName, db) {
                throw MigrationError.versionTableHasUntrustedOwner(owner: owner, table: name)
            }
            return false
        }
        try await db.execute(script: definition())
        return true
    }

    func exists(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        try await db.fetchOne(catalog: "SELECT to_regclass(\(sqlName)) IS NOT NULL", as: Bool.self)
    }

    /// The database's revisions, in the graph's order; none at base, or without the table.
    ///
    /// - Throws: ``MigrationError/unknownVersion(_:table:)``, ``MigrationError/overlappingVersions(_:table:)``, `PostgresError`
    package func current(in graph: RevisionGraph, _ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        let ids = try await rows(db)
        if let unknown = ids.first(where: { graph[$0] == nil }) {
            throw MigrationError.unknownVersion(unknown, table: name)
        }
        let tips = graph.tips(of: graph.history(of: ids))
        guard tips.count == ids.count else { throw MigrationError.overlappingVersions(ids, table: name) }
        return tips
    }

    /// The ids in the table, whether a revision has them or not.
    package func rows(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        // The server would cut it, and two names would mean one table.
        guard (1...SQLIdentifier.maximumByteCount).contains(name.utf8.count) else {
            throw MigrationError.badVersionTableName(name)
        }
        let found = try await db.fetchOptional(
            catalog: """
                SELECT format('%I.%I', n.nspname, c.relname), c.relkind = 'r', row_security_active(c.oid)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(\(sqlName))
                """, as: (String, Bool, Bool).self)
        guard let (table, isTable, hasPolicies) = found else { return [] }
        guard isTable else { throw MigrationError.versionTableIsNotATable(table) }
        guard !hasPolicies else { throw MigrationError.versionTableHasPolicies(table) }
        return try await Self.rows(ofTable: table, db)
    }

    /// The rows of a plain table, in the order of their bytes.
    ///
    /// They are read by COPY, because planning a query would run code of the table's owner (``TableOwners``). COPY fails if a
    /// view has taken the table's name meanwhile.
    package static func rows(ofTable table: String, _ db: borrowing some Queryable & ~Copyable) async throws -> [String]
    {
        var ids: [SQLIdentifier] = []
        let copy: SQL = "COPY \(raw: table) (version_num) TO STDOUT (FORMAT binary)"
        try await db.copyOut(copy, as: String.self) { ids.append(SQLIdentifier($0)) }
        return ids.sorted().map(\.text)
    }

    /// Applies a step's change to the rows.
    ///
    /// - Throws: ``MigrationError/versionChanged(expected:table:)`` when the rows are no longer as the plan found them, `PostgresError`
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

        var removed: [String] { before.subtracting(after).sorted() }
        package var added: [String] { after.subtracting(before).sorted() }
    }

    /// Statements that change one row each, unless the rows are not as expected.
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
                // From base no row is removed whose absence would show that another program was faster.
                return change.before.isEmpty
                    ? "\(values) SELECT \(id) WHERE NOT EXISTS (SELECT FROM \(sqlName))"
                    : "\(values) VALUES (\(id))"
            }
    }
}
