import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// All rows of all tables: there are few.
package struct RowSnapshot: Sendable {
    package struct Table: Sendable {
        package let columns: String
        /// As JSON with its fields in one order, sorted.
        package let rows: [String]
    }

    package let tables: [SQLIdentifier: Table]

    /// Reads them.
    ///
    /// - Throws: `PostgresError`
    package init(_ db: Connection) async throws {
        let names = try await db.fetchAll(
            catalog: """
                SELECT c.oid::regclass::text, coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), '') FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
                AND n.nspname <> 'information_schema' GROUP BY c.oid
                """, as: (String, String).self)
        let rows = try await db.pipeline { p in
            try names.map { name, _ in
                try p.fetchAll("SELECT to_jsonb(t.*)::text FROM \(raw: name) t ORDER BY 1", as: String.self)
            }
        }
        tables = Dictionary(zip(names, rows).map { (SQLIdentifier($0.0), Table(columns: $0.1, rows: $1)) }) {
            first, _ in
            first
        }
    }

    package var count: Int { tables.values.reduce(0) { $0 + $1.rows.count } }

    /// Tables that have another number of rows in `other`; those that only one has do not count.
    package func countsChanged(in other: RowSnapshot) -> [String] {
        tables.keys.sorted().compactMap { name in
            guard let before = tables[name], let after = other.tables[name], before.rows.count != after.rows.count
            else {
                return nil
            }
            return "\(name) had \(before.rows.count) rows and has \(after.rows.count)"
        }
    }

    /// Tables whose rows `other` no longer has as they were, among those that have the same columns.
    package func valuesLost(in other: RowSnapshot) -> [String] {
        tables.keys.sorted().compactMap { name in
            guard let before = tables[name], let after = other.tables[name],
                before.columns.hasSameBytes(as: after.columns)
            else {
                return nil
            }
            let present = Set(after.rows.map { SQLIdentifier($0) })
            let lost = before.rows.count { !present.contains(SQLIdentifier($0)) }
            return lost == 0 ? nil : "\(lost) of \(before.rows.count) rows of \(name)"
        }
    }
}
