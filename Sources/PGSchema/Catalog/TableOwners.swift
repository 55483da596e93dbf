package import PGWire

/// Tables that belong to somebody who is not trusted with what the role of this connection may do.
///
/// A query runs code of the owner of its table as whoever sends it: expressions of indexes and statistics are computed when
/// it is planned, checks and triggers when rows are changed. A role that may create in a schema of the path can so wait for
/// a superuser. COPY of a table plans nothing, and the catalogs hold no such code.
package enum TableOwners {
    /// What may be a table's code for this role: its own, a superuser's, and that of the owners of schema and database; and
    /// of the roles that this one is a member of, unless it is one of all, as a superuser is.
    private static let isTrusted: SQL = """
        (c.relowner IN (me.oid, n.nspowner, d.datdba) OR o.rolsuper
         OR NOT me.rolsuper AND pg_has_role(me.oid, c.relowner, 'MEMBER'))
        """

    private static let tables: SQL = """
        pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
        JOIN pg_roles me ON me.rolname = current_user JOIN pg_database d ON d.datname = current_database()
        """

    /// A table, and to whom it belongs.
    package struct UntrustedTable: Sendable {
        package let name: SQLIdentifier
        package let owner: String
    }

    /// The tables of the schema in which unqualified names are made, or of all.
    package static func untrustedTables(
        inEverySchema: Bool = false, _ db: borrowing some Queryable & ~Copyable
    ) async throws -> [UntrustedTable] {
        try await db.fetchAll(
            catalog: """
                SELECT c.relname::text, o.rolname::text FROM \(tables)
                WHERE (\(inEverySchema) OR n.nspname = current_schema()) AND c.relkind IN ('r', 'p', 'm')
                AND NOT \(isTrusted) ORDER BY 1
                """, as: (String, String).self
        ).map { UntrustedTable(name: SQLIdentifier($0.0), owner: $0.1) }
    }

    /// The owner of a table that the path leads to, if it is not trusted.
    package static func untrustedOwner(of table: String, _ db: borrowing some Queryable & ~Copyable) async throws
        -> String?
    {
        try await db.fetchOptional(
            catalog: """
                SELECT o.rolname::text FROM \(tables) WHERE c.oid = to_regclass(\(table)::text) AND NOT \(isTrusted)
                """, as: String.self)
    }
}
