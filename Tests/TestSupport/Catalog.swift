import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// Everything that the default schema holds, one line a thing, as the server describes it.
package enum Catalog {
    package static func lines(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        var lines: [String] = []
        for sql in [columns, indexes, constraints, enums, others] {
            lines += try await db.fetchAll(sql, as: String.self)
        }
        let hasVersions = lines.contains { $0.hasPrefix("column alembic_version.1 ") }
        if hasVersions {
            lines += try await db.fetchAll("SELECT 'version ' || version_num FROM alembic_version", as: String.self)
        }
        return lines.sorted()
    }

    /// `column users.1 id uuid not null default now()`, numbered by physical order without the gaps of dropped ones.
    private static let columns: SQL = """
        SELECT format('column %s.%s %s %s%s%s', c.relname,
               row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
               format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
               ' default ' || pg_get_expr(d.adbin, d.adrelid))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        """

    private static let indexes: SQL = "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'"

    /// Not-null constraints, which PostgreSQL 18 lists here, are part of the columns.
    private static let constraints: SQL = """
        SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
        """

    private static let enums: SQL = """
        SELECT format('enum %s %s', t.typname, string_agg(e.enumlabel, ' ' ORDER BY e.enumsortorder))
        FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
        WHERE t.typnamespace = 'public'::regnamespace GROUP BY t.typname
        """

    /// Sequences, views, functions, triggers: there are to be none.
    private static let others: SQL = """
        SELECT format('other %s %s', relkind, relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i')
        UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
        """
}
