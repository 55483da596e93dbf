#if ScribeApp
import PGWire

/// Alembic's table `alembic_version`: the database's revision, or a row for each where it has several heads.
enum VersionTable {
    static let name = "alembic_version"

    static func definition(ifMissing: Bool = false) -> String {
        """
        CREATE TABLE \(ifMissing ? "IF NOT EXISTS " : "")alembic_version (
            version_num varchar(32) NOT NULL,
            CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
        )
        """
    }

    /// Makes the table unless it is there, and returns whether it did.
    @discardableResult
    static func create(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        // Not IF NOT EXISTS, which wants the right to create tables even when there is nothing to create.
        if try await exists(db) {
            // Whoever writes into it runs its triggers.
            if let owner = try await TableOwners.stranger(owning: name, db) {
                throw MigrationError.versionTableOfAnother(owner: owner)
            }
            return false
        }
        try await db.execute(script: definition())
        return true
    }

    static func exists(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        try await db.fetchOne(catalog: "SELECT to_regclass('alembic_version') IS NOT NULL", as: Bool.self)
    }

    /// What the database holds, in the graph's order: nothing at base, and also when there is no table.
    ///
    /// - Throws: ``MigrationError/unknownVersion(_:)``, ``MigrationError/severalVersions(_:)``, `PostgresError`
    static func current(in graph: RevisionGraph, _ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        let ids = try await rows(db)
        if let stranger = ids.first(where: { graph[$0] == nil }) { throw MigrationError.unknownVersion(stranger) }
        let tips = graph.tips(of: graph.history(of: ids))
        guard tips.count == ids.count else { throw MigrationError.severalVersions(ids) }
        return tips
    }

    /// What is in the table, whether anybody knows it or not.
    static func rows(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        let found = try await db.fetchOptional(
            catalog: """
                SELECT format('%I.%I', n.nspname, c.relname), c.relkind = 'r', row_security_active(c.oid)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('alembic_version')
                """, as: (String, Bool, Bool).self)
        guard let (table, isTable, hasPolicies) = found else { return [] }
        guard isTable else { throw MigrationError.versionTableIsNone(table) }
        guard !hasPolicies else { throw MigrationError.versionTableHasPolicies(table) }
        return try await rows(ofTable: table, db)
    }

    /// The rows of a plain table, in the order of their bytes.
    ///
    /// It is not asked by a query, which would run code of the table's owner when it is planned (``TableOwners``). Should a
    /// view have taken the table's name meanwhile, there is an error.
    static func rows(ofTable table: String, _ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        var ids: [SQLIdentifier] = []
        let copy: SQL = "COPY \(raw: table) (version_num) TO STDOUT (FORMAT binary)"
        try await db.copyOut(copy, as: String.self) { ids.append(SQLIdentifier($0)) }
        return ids.sorted().map(\.text)
    }

    /// Carries out what a step does to the rows.
    ///
    /// - Throws: ``MigrationError/versionChanged(expected:)`` when the rows are no longer as the plan found them, `PostgresError`
    static func apply(_ change: Change, _ db: borrowing some Queryable & ~Copyable) async throws {
        for statement in change.statements {
            let tag = try await db.execute(SQL(raw: statement))
            guard tag.rowCount == 1 else { throw MigrationError.versionChanged(expected: change.removed) }
        }
    }

    /// A change of the table's rows.
    struct Change: Sendable {
        /// The ids that are there before.
        let before: Set<String>
        /// The ids that are there afterwards.
        let after: Set<String>

        var removed: [String] { before.subtracting(after).sorted() }
        var added: [String] { after.subtracting(before).sorted() }

        /// Statements that hit one row each, or else the rows are not what they were thought to be.
        var statements: [String] {
            let removed = removed.map(\.asLiteral)
            let added = added.map(\.asLiteral)
            if removed.count == 1, added.count == 1 {
                return [
                    "UPDATE alembic_version SET version_num = \(added[0]) WHERE version_num OPERATOR(pg_catalog.=) \(removed[0])"
                ]
            }
            let deletions = removed.map { "DELETE FROM alembic_version WHERE version_num OPERATOR(pg_catalog.=) \($0)" }
            return deletions
                + added.map { id in
                    let values = "INSERT INTO alembic_version (version_num)"
                    // From base nothing is removed that would show whether somebody else was faster.
                    return before.isEmpty
                        ? "\(values) SELECT \(id) WHERE NOT EXISTS (SELECT FROM alembic_version)"
                        : "\(values) VALUES (\(id))"
                }
        }
    }
}
#endif
