import PGSchemaCatalog
package import PGSchemaComparison
package import PGWire
import PGWireTesting

/// For each name a table, a column, an index, a constraint, an enum type, a label and comments that are called so.
package struct NamedObjects {
    package static let all = NamedObjects(names: HostileNames.all)

    package let names: [String]

    package init(names: [String]) { self.names = names }

    /// Tables and indexes share a space of names, and so do tables and types.
    package static func index(_ name: String) -> String { "i" + name.utf8Prefix(62) }
    package static func type(_ name: String) -> String { "t" + name.utf8Prefix(62) }

    /// What makes them, written without a line of the program's own.
    package var creation: [String] {
        names.flatMap { name in
            let (table, type) = (name.asName, Self.type(name).asName)
            return [
                "CREATE TYPE \(type) AS ENUM (\(name.literal), 'other')",
                "CREATE TABLE \(table) (\(table) int, kind \(type), CONSTRAINT \(table) CHECK (\(table) >= 0))",
                "CREATE INDEX \(Self.index(name).asName) ON \(table) (\(table))",
                "COMMENT ON TABLE \(table) IS \(name.literal)",
                "COMMENT ON COLUMN \(table).\(table) IS \(name.literal)",
            ]
        } + ["CREATE TYPE all_labels AS ENUM (\(names.map(\.literal).joined(separator: ", ")))"]
    }

    package var removal: [String] {
        names.flatMap { ["DROP TABLE \($0.asName)", "DROP TYPE \(Self.type($0).asName)"] } + ["DROP TYPE all_labels"]
    }

    /// The same as a declaration.
    package var schema: Schema {
        let types = names.map { Schema.Enum(Self.type($0), labels: [$0, "other"]) }
        return Schema(
            enums: types + [Schema.Enum("all_labels", labels: names)],
            tables: names.map { name in
                Schema.Table(
                    name, Schema.Column(name, .integer).null().comment(name),
                    Schema.Column("kind", .enum(Self.type(name))).null(), comment: name
                ).check("\(name.asName) >= 0", named: name).index(Self.index(name), on: .column(name))
            })
    }

    /// What the catalog must hold, in any order.
    package var catalog: Set<String> {
        var lines = Set(
            names.flatMap { name in
                let table = name.hex
                return [
                    "table \(table) \(table)", "column \(table) \(table) \(table)", "column \(table) \("kind".hex) ",
                    "constraint \(table) \(table)", "index \(table) \(Self.index(name).hex)",
                    "enum \(Self.type(name).hex) \(table),\("other".hex)",
                ]
            })
        lines.insert("enum \("all_labels".hex) \(names.map(\.hex).joined(separator: ","))")
        return lines
    }

    /// What the catalog of the default schema does hold, byte for byte.
    package static func catalog(_ db: borrowing some Queryable & ~Copyable) async throws -> Set<String> {
        try await db.execute(
            script: """
                CREATE OR REPLACE FUNCTION pg_temp.hex(t text) RETURNS text LANGUAGE sql AS
                $$ SELECT encode(convert_to(t, 'UTF8'), 'hex') $$
                """)
        let lines = try await db.fetchAll(
            """
            WITH tables AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                            AND relname <> 'alembic_version')
            SELECT concat_ws(' ', 'table', pg_temp.hex(relname), pg_temp.hex(obj_description(oid, 'pg_class'))) FROM tables
            UNION ALL SELECT format('column %s %s %s', pg_temp.hex(relname), pg_temp.hex(attname),
                                    pg_temp.hex(col_description(t.oid, attnum)))
            FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND attnum > 0 AND NOT attisdropped
            UNION ALL SELECT format('constraint %s %s', pg_temp.hex(relname), pg_temp.hex(conname))
            FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid
            UNION ALL SELECT format('index %s %s', pg_temp.hex(t.relname), pg_temp.hex(x.relname))
            FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
            UNION ALL SELECT format('enum %s %s', pg_temp.hex(typname), (
                SELECT string_agg(pg_temp.hex(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
            FROM pg_type t WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
            UNION ALL SELECT format('sequence %s', pg_temp.hex(relname)) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
            """, as: String.self)
        return Set(lines)
    }
}
