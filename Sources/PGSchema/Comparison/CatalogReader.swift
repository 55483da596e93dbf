import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// Reads a ``Schema`` from the server's catalog.
struct CatalogReader {
    /// The database schema.
    private let schema: String
    /// The search path for reading, as SQL: the schema itself comes first. Names in it are printed without a schema.
    private let path: String

    /// - Parameter others: the other schemas of the search path, quoted and separated by commas.
    init(schema: String, others: String) {
        self.schema = schema
        path = others.isEmpty ? schema.quoted : "\(schema.quoted), \(others)"
    }

    /// Reads the schema in one round trip. It sets the search path for the rest of the transaction.
    ///
    /// Objects of extensions, partitioned tables and partitions are left out. The target of a foreign key to another schema
    /// has that schema's name.
    ///
    /// - Throws: `PostgresError`
    func read(_ tx: borrowing Transaction) async throws -> Schema {
        let (_, enums, tables, columns, constraints, indexes) = try await tx.pipeline { p in
            (
                try p.fetchOne("SELECT pg_catalog.set_config('search_path', \(path), true)", as: String.self),
                try p.fetchAll(catalog: enumQuery, as: EnumRow.self),
                try p.fetchAll(catalog: tableQuery, as: TableRow.self),
                try p.fetchAll(catalog: columnQuery, as: ColumnRow.self),
                try p.fetchAll(catalog: constraintQuery, as: ConstraintRow.self),
                try p.fetchAll(catalog: indexQuery, as: IndexRow.self)
            )
        }
        var columnsByTable = Dictionary(grouping: columns) { SQLIdentifier($0.0) }.mapValues { $0.map(Self.column) }
        var constraintsByTable = Dictionary(grouping: constraints) { SQLIdentifier($0.0) }
            .mapValues { $0.compactMap(Self.constraint) }
        var indexesByTable = Dictionary(grouping: indexes) { SQLIdentifier($0.0) }.mapValues { $0.map(Self.index) }
        return Schema(
            enums: enums.map { Schema.Enum($0.0, labels: $0.1, comment: $0.2) },
            tables: tables.map { name, comment, storage, isUnlogged, security, identity, unmanaged in
                var table = Schema.Table(name, columns: columnsByTable.removeValue(forKey: SQLIdentifier(name)) ?? [])
                table.constraints = constraintsByTable.removeValue(forKey: SQLIdentifier(name)) ?? []
                table.indexes = indexesByTable.removeValue(forKey: SQLIdentifier(name)) ?? []
                table.comment = comment
                table.storage = storage
                table.isUnlogged = isUnlogged
                table.rowSecurity = Schema.Table.RowSecurity(rawValue: security)
                table.replicaIdentity = identity
                table.unmanaged = unmanaged
                return table
            })
    }

    private typealias EnumRow = (String, [String], String)
    private typealias TableRow = (String, String, [String], Bool, String, String, [String])
    private typealias ColumnRow = (
        String, String, String, Bool, String, String, String?, String?, String, String?, String?, [Int64]?, Bool?,
        String?, [String], String
    )
    private typealias ConstraintRow = (String, String, String, String, [String], String?, [String], String, [String])
    private typealias IndexRow = (String, String, Bool, Bool, String, [String], String)

    private static func column(_ row: ColumnRow) -> Schema.Column {
        let (
            _, name, type, isNotNull, identity, generated, expression, collation, comment, sequence, numbers, limits,
            cycles, notNull, settings, plainStorage
        ) = row
        var column = Schema.Column(name, Schema.DataType(type))
        column.isNullable = !isNotNull
        column.collation = collation
        column.comment = comment
        column.notNullName.value = notNull
        column.settings = settings
        column.plainStorage.value = plainStorage
        let options = limits.map { SequenceOptions(type: numbers ?? "bigint", $0, cycles: cycles ?? false).clauses }
        if let storage = Schema.Generation.Storage(catalog: generated) {
            column.generation = Schema.Generation(expression: Schema.Fragment(expression ?? ""), storage: storage)
        } else if !identity.isEmpty {
            column.identity = Schema.Identity(
                mode: identity == "a" ? .always : .byDefault, options: options ?? [], sequence: .init(sequence))
        } else if let expression, expression.starts(withBytesOf: "nextval("), let sequence {
            // A sequence of another type has other limits than the column.
            let options = numbers.map { $0 == type ? [] : ["AS \($0)"] } ?? []
            column.identity = Schema.Identity(mode: .serial, options: options, sequence: .init(sequence))
        } else {
            column.default = expression.map { Schema.Fragment($0) }
        }
        return column
    }

    private static func constraint(_ row: ConstraintRow) -> Schema.Constraint? {
        let (_, name, type, definition, columns, target, targetColumns, comment, storage) = row
        guard let kind = Schema.Constraint.Kind(rawValue: type) else { return nil }
        return Schema.Constraint(
            name: name, kind: kind, definition: Schema.Fragment(definition), columns: columns,
            target: target.map { Schema.Constraint.Target(table: $0, columns: targetColumns) }, comment: comment,
            storage: storage)
    }

    private static func index(_ row: IndexRow) -> Schema.Index {
        let (_, name, isUnique, isValid, definition, columns, comment) = row
        return Schema.Index(
            name: name, isUnique: isUnique, isValid: isValid, definition: Schema.Fragment(definition), columns: columns,
            comment: comment)
    }

    // MARK: - Queries

    private var enumQuery: SQL {
        """
        SELECT t.typname::text,
               ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
               coalesce(obj_description(t.oid, 'pg_type'), '')
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname = \(schema)::text AND t.typtype = 'e' AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
        ORDER BY t.typname
        """
    }

    private var tables: SQL {
        """
        (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = \(schema)::text AND c.relkind = 'r' AND NOT c.relispartition AND NOT EXISTS (
             SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) c
        """
    }

    private var tableQuery: SQL {
        """
        SELECT c.relname::text, coalesce(obj_description(c.oid, 'pg_class'), ''),
               coalesce(c.reloptions, '{}'::text[])
                   || ARRAY(SELECT 'toast.' || o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid),
               c.relpersistence = 'u',
               CASE WHEN NOT c.relrowsecurity THEN 'DISABLED' WHEN c.relforcerowsecurity THEN 'FORCED' ELSE 'ENABLED' END,
               CASE c.relreplident WHEN 'd' THEN 'DEFAULT' WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
                   ELSE coalesce((SELECT 'USING INDEX ' || quote_ident(x.relname) FROM pg_index i
                                  JOIN pg_class x ON x.oid = i.indexrelid
                                  WHERE i.indrelid = c.oid AND i.indisreplident), 'NOTHING') END,
               ARRAY(SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal
                     UNION ALL SELECT 'policy ' || polname FROM pg_policy WHERE polrelid = c.oid
                     UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite WHERE ev_class = c.oid
                     UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext WHERE stxrelid = c.oid
                     UNION ALL SELECT 'inheritance' WHERE EXISTS (
                         SELECT FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent))
                     ORDER BY 1)
        FROM \(tables) ORDER BY c.relname
        """
    }

    private var columnQuery: SQL {
        """
        SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid),
               (SELECT co.collname::text FROM pg_collation co JOIN pg_type t ON t.oid = a.atttypid
                WHERE co.oid = a.attcollation AND a.attcollation <> t.typcollation),
               coalesce(col_description(c.oid, a.attnum), ''), s.relname::text, format_type(s.seqtypid, NULL),
               CASE WHEN s.seqrelid IS NOT NULL
                   THEN ARRAY[s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache] END, s.seqcycle,
               (SELECT k.conname::text FROM pg_constraint k
                WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey[1] = a.attnum),
               array_remove(ARRAY[
                   CASE WHEN a.attstorage <> ty.typstorage THEN 'STORAGE ' || \(storageWord("a.attstorage")) END,
                   CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END,
                   CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END
               ], NULL) || coalesce(a.attoptions, '{}'::text[]),
               \(storageWord("ty.typstorage"))
        FROM \(tables)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type ty ON ty.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN LATERAL (
            SELECT sc.relname, sq.* FROM pg_depend o
            JOIN pg_sequence sq ON sq.seqrelid = o.objid JOIN pg_class sc ON sc.oid = sq.seqrelid
            WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid
            AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i') ORDER BY sc.relname LIMIT 1) s ON true
        ORDER BY c.relname, a.attnum
        """
    }

    /// In the order of their OIDs, which is that of their creation. The not-null constraints that PostgreSQL 18 lists here
    /// are read with the columns.
    private var constraintQuery: SQL {
        """
        SELECT c.relname::text, k.conname::text, k.contype::text, pg_get_constraintdef(k.oid),
               \(columnNames("k.conrelid", "k.conkey")),
               CASE WHEN f.relnamespace = c.relnamespace THEN f.relname::text
                   ELSE (SELECT format('%I.%I', nspname, f.relname) FROM pg_namespace WHERE oid = f.relnamespace) END,
               \(columnNames("k.confrelid", "k.confkey")),
               coalesce(obj_description(k.oid, 'pg_constraint'), ''),
               CASE WHEN k.contype IN ('p', 'u', 'x')
                   THEN coalesce((SELECT x.reloptions FROM pg_class x WHERE x.oid = k.conindid), '{}'::text[])
                   ELSE '{}'::text[] END
        FROM \(tables) JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x')
        LEFT JOIN pg_class f ON f.oid = k.confrelid
        ORDER BY c.relname, k.oid
        """
    }

    private var indexQuery: SQL {
        """
        SELECT c.relname::text, x.relname::text, i.indisunique, i.indisvalid,
               substr(pg_get_indexdef(x.oid), length(format('CREATE %sINDEX %I ON %I.%I USING ',
                      CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname, \(schema)::text, c.relname)) + 1),
               \(columnNames("i.indrelid", "(i.indkey::int2[])[0:i.indnkeyatts - 1]")), coalesce(obj_description(x.oid, 'pg_class'), '')
        FROM \(tables) JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
        ORDER BY c.relname, x.oid
        """
    }

    private func storageWord(_ letter: String) -> SQL {
        SQL(
            raw: """
                CASE \(letter) WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
                """)
    }

    private func columnNames(_ table: String, _ numbers: String) -> SQL {
        SQL(
            raw: """
                ARRAY(SELECT a.attname::text FROM unnest(\(numbers)) WITH ORDINALITY AS n (number, place)
                      JOIN pg_attribute a ON a.attrelid = \(table) AND a.attnum = n.number ORDER BY n.place)
                """)
    }
}

/// The options of a sequence that differ from the default (manual: "CREATE SEQUENCE").
private struct SequenceOptions {
    let clauses: [String]

    /// `numbers`: start, increment, minimum, maximum, cache.
    init(type: String, _ numbers: [Int64], cycles: Bool) {
        guard numbers.count == 5 else {
            clauses = []
            return
        }
        let greatest: Int64 = type == "smallint" ? 32767 : type == "integer" ? 2_147_483_647 : .max
        let ascends = numbers[1] > 0
        let minimum = ascends ? 1 : -greatest - 1
        let maximum = ascends ? greatest : -1
        var clauses: [String] = []
        if numbers[0] != (ascends ? numbers[2] : numbers[3]) { clauses.append("START WITH \(numbers[0])") }
        if numbers[1] != 1 { clauses.append("INCREMENT BY \(numbers[1])") }
        if numbers[2] != minimum { clauses.append("MINVALUE \(numbers[2])") }
        if numbers[3] != maximum { clauses.append("MAXVALUE \(numbers[3])") }
        if numbers[4] != 1 { clauses.append("CACHE \(numbers[4])") }
        if cycles { clauses.append("CYCLE") }
        self.clauses = clauses
    }
}

extension Schema.Generation.Storage {
    /// From `pg_attribute.attgenerated`.
    fileprivate init?(catalog: String) {
        switch catalog {
        case "s": self = .stored
        case "v": self = .virtual
        default: return nil
        }
    }
}
