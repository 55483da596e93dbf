import PGSchemaCatalog
package import PGSchemaSQL
package import PGWire

/// What is in a database, to be compared with what is there one statement later.
package struct SchemaState: Sendable {
    package struct Relation: Sendable {
        package let schema: String
        package let name: String
        /// As the server writes it: with the schema where it must be.
        package let label: String
        /// `r` table, `p` partitioned table, `m` materialized view, `i` index, `S` sequence and so on.
        package let kind: String
        package let filenode: Int64
        /// How often this transaction has read the whole of it.
        package let scans: Int64
        /// The table of an index, or that of the column which owns a sequence; 0 for others.
        package let table: Int64
        package let isPartition: Bool
        /// Whether statements name it as they name tables.
        package var isTable: Bool { ["r", "p", "m", "f", "v"].contains(kind) }
        package var isIndex: Bool { kind == "i" || kind == "I" }
    }

    package struct Column: Sendable {
        package let relation: Int64
        package let name: String
        package let type: String
        /// The type's name without its length, and how many characters or digits it holds at most.
        package let base: String
        package let capacity: Int64?
    }

    package private(set) var relations: [Int64: Relation] = [:]
    /// By relation and number.
    package private(set) var columns: [String: Column] = [:]
    package private(set) var types: [Int64: String] = [:]
    /// Foreign keys, as `table.name`, and whether an index begins with their columns.
    package private(set) var foreignKeys: [Int64: (label: String, hasIndex: Bool)] = [:]
    /// What the schema says of rows, such as that they are unique, by a text that names it.
    package private(set) var promises: [SQLIdentifier: Promise] = [:]
    package private(set) var defaultSchema = ""

    /// Reads it. No lock is taken but on the catalog.
    ///
    /// - Throws: `PostgresError`
    package init(_ db: borrowing some Queryable & ~Copyable) async throws {
        let (schema, relations, columns, types, keys, promises) = try await db.pipeline { p in
            (
                try p.fetchOne(catalog: "SELECT coalesce(current_schema()::text, '')", as: String.self),
                try p.fetchAll(
                    catalog: Self.relationsQuery,
                    as: (Int64, String, String, String, String, Int64, Int64, Int64, Bool).self),
                try p.fetchAll(catalog: Self.columnsQuery, as: (Int64, String, String, String, String, Int64?).self),
                try p.fetchAll(catalog: Self.typesQuery, as: (Int64, String).self),
                try p.fetchAll(catalog: Self.foreignKeysQuery, as: (Int64, String, Bool).self),
                try p.fetchAll(catalog: Promise.query, as: (String, Int64, String).self)
            )
        }
        defaultSchema = schema
        for (id, schema, name, label, kind, filenode, scans, table, isPartition) in relations {
            self.relations[id] = Relation(
                schema: schema, name: name, label: label, kind: kind, filenode: filenode, scans: scans, table: table,
                isPartition: isPartition)
        }
        for (relation, number, name, type, base, capacity) in columns {
            self.columns[number] = Column(relation: relation, name: name, type: type, base: base, capacity: capacity)
        }
        for (id, label) in types { self.types[id] = label }
        for (id, label, hasIndex) in keys { foreignKeys[id] = (label, hasIndex) }
        for (label, table, violation) in promises {
            self.promises[SQLIdentifier(label)] = Promise(label: label, table: table, violation: violation)
        }
    }

    /// The relation that a statement means by `name`.
    package func relation(named name: SQLName) -> (id: Int64, relation: Relation)? {
        let schema = name.schema ?? defaultSchema
        let found =
            relations.first { $0.value.name.hasSameBytes(as: name.name) && $0.value.schema.hasSameBytes(as: schema) }
            ?? (name.schema == nil ? relations.first { $0.value.label.hasSameBytes(as: name.name) } : nil)
        return found.map { ($0.key, $0.value) }
    }

    private static let ours: SQL = """
        n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        """

    private static let relationsQuery: SQL = """
        SELECT c.oid::int8, n.nspname::text, c.relname::text, c.oid::regclass::text, c.relkind::text, c.relfilenode::int8,
               pg_stat_get_xact_numscans(c.oid), coalesce(i.indrelid, o.refobjid, 0)::int8, c.relispartition
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
        LEFT JOIN pg_depend o ON c.relkind = 'S' AND o.classid = 'pg_class'::regclass AND o.objid = c.oid
        AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
        WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'i', 'I', 'S') AND \(ours)
        """

    private static let columnsQuery: SQL = """
        SELECT c.oid::int8, c.oid::int8 || '.' || a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod),
               format_type(a.atttypid, NULL), CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod >= 0 THEN a.atttypmod - 4
               WHEN a.atttypid = 1700 AND a.atttypmod >= 0 THEN (a.atttypmod - 4) >> 16
               WHEN a.atttypid = 21 THEN 2 WHEN a.atttypid = 23 THEN 4 WHEN a.atttypid = 20 THEN 8 END::int8
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND \(ours)
        """

    private static let typesQuery: SQL = """
        SELECT t.oid::int8, format_type(t.oid, NULL)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND \(ours)
        """

    private static let foreignKeysQuery: SQL = """
        SELECT k.oid::int8, k.conrelid::regclass || '.' || k.conname,
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
                       AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
        FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 AND \(ours)
        """
}
