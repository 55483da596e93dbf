import PGSchemaCatalog
package import PGWire

/// What must be known of a table to generate its rows.
package struct SeedTable: Sendable {
    package let id: Int64
    /// The name as SQL needs it.
    package let label: String
    package var columns: [Column] = []
    var foreignKeys: [ForeignKey] = []
    package var checks: [Check] = []

    package struct Column: Sendable {
        package let number: Int
        package let name: String
        /// `character varying(255)`, or a domain's name.
        package let type: String
        /// The base type of a domain, or the element type of an array.
        package let value: SeedValue
        let isRequired: Bool
        let hasDefault: Bool
        /// Whether it is an identity, a generated column, or takes its default from a sequence.
        let isServerAssigned: Bool
    }

    struct ForeignKey: Sendable {
        let columns: [Int]
        let table: Int64
        let tableLabel: String
        /// The names of the columns that are referred to.
        let keys: [String]
    }

    /// A check constraint of the table, or of a column's domain.
    package struct Check: Sendable {
        package let name: String
        package let columns: [Int]
        package let definition: String
    }

    /// Reads all tables that can have rows.
    ///
    /// - Throws: `PostgresError`
    package static func all(_ db: Connection) async throws -> [SeedTable] {
        let (tables, columns, keys, checks) = try await db.pipeline { p in
            (
                try p.fetchAll(catalog: tablesQuery, as: (Int64, String).self),
                try p.fetchAll(catalog: columnsQuery, as: ColumnRow.self),
                try p.fetchAll(catalog: keysQuery, as: KeyRow.self),
                try p.fetchAll(catalog: checksQuery, as: (Int64, String, [Int], String).self)
            )
        }
        var all = tables.map { SeedTable(id: $0.0, label: $0.1) }
        let places = Dictionary(all.enumerated().map { ($1.id, $0) }) { first, _ in first }
        for row in columns {
            guard let place = places[row.relation] else { continue }
            all[place].columns.append(row.column)
        }
        for row in keys {
            guard let place = places[row.relation] else { continue }
            all[place].foreignKeys.append(
                ForeignKey(columns: row.columns, table: row.target, tableLabel: row.label, keys: row.keys))
        }
        for (relation, name, columns, definition) in checks {
            guard let place = places[relation] else { continue }
            all[place].checks.append(Check(name: name, columns: columns, definition: definition))
        }
        return all
    }

    private struct ColumnRow: Decodable, Sendable {
        let relation: Int64
        let number: Int
        let name: String
        let type: String
        let base: String
        let modifier: Int
        let isArray: Bool
        let labels: [String]
        let isRequired: Bool
        let hasDefault: Bool
        let isServerAssigned: Bool

        var column: Column {
            Column(
                number: number, name: name, type: type,
                value: SeedValue(column: name, base: base, modifier: modifier, isArray: isArray, labels: labels),
                isRequired: isRequired, hasDefault: hasDefault, isServerAssigned: isServerAssigned)
        }
    }

    private struct KeyRow: Decodable, Sendable {
        let relation: Int64
        let columns: [Int]
        let target: Int64
        let label: String
        let keys: [String]
    }

    private static let ours: SQL = """
        c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
        AND n.nspname <> 'information_schema'
        """

    private static let tablesQuery: SQL = """
        SELECT c.oid::int8, c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE \(ours) ORDER BY c.oid
        """

    private static let columnsQuery: SQL = """
        SELECT c.oid::int8 AS relation, a.attnum::int4 AS number, a.attname::text AS name,
               format_type(a.atttypid, a.atttypmod) AS type, format_type(e.oid, NULL) AS base, b.modifier AS modifier,
               t.typcategory = 'A' AS is_array,
               ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = e.oid ORDER BY l.enumsortorder) AS labels,
               a.attnotnull OR EXISTS (SELECT FROM pg_type o WHERE o.oid = a.atttypid AND o.typnotnull) AS is_required,
               a.atthasdef AS has_default, a.attidentity <> '' OR a.attgenerated <> ''
               OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false) AS is_server_assigned
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        CROSS JOIN LATERAL (
            WITH RECURSIVE r(id, modifier) AS (
                SELECT a.atttypid, a.atttypmod
                UNION ALL SELECT o.typbasetype, o.typtypmod FROM r JOIN pg_type o ON o.oid = r.id AND o.typtype = 'd')
            SELECT r.id, r.modifier FROM r JOIN pg_type o ON o.oid = r.id AND o.typtype <> 'd') b
        JOIN pg_type t ON t.oid = b.id
        JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
        WHERE \(ours) ORDER BY c.oid, a.attnum
        """

    private static let keysQuery: SQL = """
        SELECT c.oid::int8 AS relation, k.conkey::int4[] AS columns, k.confrelid::int8 AS target,
               k.confrelid::regclass::text AS label,
               ARRAY(SELECT quote_ident(a.attname) FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
                     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place) AS keys
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'f' AND \(ours) ORDER BY k.oid
        """

    /// A check of a table, and for each column of a domain the domain's checks.
    private static let checksQuery: SQL = """
        SELECT c.oid::int8, k.conname::text, coalesce(k.conkey, '{}')::int4[], pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'c' AND \(ours)
        UNION ALL SELECT c.oid::int8, k.conname::text, ARRAY[a.attnum]::int4[], pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_attribute a ON a.atttypid = k.contypid AND NOT a.attisdropped AND a.attnum > 0
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'c' AND \(ours)
        """
}
