package import PGWire

/// Finds tables whose owner is not trusted with the rights of the connection's role.
///
/// A query runs code of its table's owner as the role that sends it: expressions of indexes and statistics when it is
/// planned, checks and triggers when rows change. A role that may create tables in a schema of the search path can lie in
/// wait for a superuser that way. COPY of a table plans nothing, and the catalogs hold no such code.
package enum TableOwners {
    /// Trusted owners: the role itself, superusers, the owners of schema and database, and the roles of which it is a
    /// member. A superuser counts as a member of every role, so the last does not hold for one.
    private static let trust = """
        (c.relowner IN (me.oid, n.nspowner, d.datdba) OR o.rolsuper
         OR NOT me.rolsuper AND pg_has_role(me.oid, c.relowner, 'MEMBER'))
        """

    private static let isTrusted = SQL(raw: trust)

    private static let join = """
        pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
        JOIN pg_roles me ON me.rolname = current_user JOIN pg_database d ON d.datname = current_database()
        """

    private static let tables = SQL(raw: join)

    /// A query, for scripts that others run: rows if `table`, an expression of type `oid`, is a plain table of a trusted owner,
    /// all of whose rows the role sees. It means what it says under a search path of the catalog alone.
    package static func plainTrustedTable(_ table: String) -> String {
        "SELECT FROM \(join) WHERE c.oid = \(table) AND c.relkind = 'r' AND NOT row_security_active(c.oid) AND \(trust)"
    }

    /// A table and its owner, who is not trusted.
    package struct UntrustedTable: Sendable {
        package let name: SQLIdentifier
        package let owner: String
    }

    /// The untrusted tables of the default schema, or of every schema.
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

    /// The owner of a table of the search path if it is not trusted; else nil.
    package static func untrustedOwner(of table: String, _ db: borrowing some Queryable & ~Copyable) async throws
        -> String?
    {
        try await db.fetchOptional(
            catalog: """
                SELECT o.rolname::text FROM \(tables) WHERE c.oid = to_regclass(\(table)::text) AND NOT \(isTrusted)
                """, as: String.self)
    }
}
