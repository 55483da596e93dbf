import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// Queries for rows and sequence values.
extension SchemaObjects {
    /// Tables with rows of their own: identifier, name, columns that are not generated, estimated rows, size in bytes.
    var tableData: SQL {
        """
        \(with) SELECT c.oid::bigint, c.oid::regclass::text,
            ARRAY(SELECT quote_ident(a.attname) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                ORDER BY a.attnum),
            c.reltuples::bigint, pg_table_size(c.oid)
        FROM relation c WHERE c.relkind = 'r'
        ORDER BY 2
        """
    }

    /// The names of the materialized views that hold rows.
    var populatedViews: SQL {
        "\(with) SELECT c.oid::regclass::text FROM relation c WHERE c.relkind = 'm' AND c.relispopulated"
    }

    /// The names of the tables, quoted and with their schema.
    func tableNames(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                \(with) SELECT format('%I.%I', h.nspname, c.relname) FROM relation c JOIN home h ON h.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') ORDER BY 1
                """, as: String.self)
    }

    /// What to analyze: tables, and whether that runs an expression. A partition is analyzed with its parent.
    var analyzed: SQL {
        """
        \(with) SELECT c.oid::regclass::text, EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid IN (SELECT c.oid UNION ALL SELECT relid FROM pg_partition_tree(c.oid))
                AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))
            OR EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxrelid = c.oid AND s.stxexprs IS NOT NULL)
        FROM relation c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
        """
    }

    /// Locks each sequence until the transaction ends, as reading its value by OID does.
    var sequenceLocks: SQL {
        "\(with) SELECT pg_sequence_last_value(c.oid) FROM relation c WHERE c.relkind = 'S' ORDER BY c.oid"
    }

    /// The names of all sequences, including those of identity columns, as SQL and as a literal.
    var sequenceNames: SQL {
        """
        \(with) SELECT c.oid::regclass::text, quote_literal(c.oid::regclass::text)
        FROM relation c WHERE c.relkind = 'S' ORDER BY 1
        """
    }

    /// Which functions have a text that seems to name which of the tables with rows; a partition by its parent's name, too.
    func tables(namedBy functions: Set<ObjectID>) -> SQL {
        """
        \(with) SELECT p.oid::bigint, c.oid::bigint FROM pg_proc p, relation c
        WHERE p.oid = ANY(\(ObjectReader.array(functions))) AND c.relkind = 'r' AND (position(c.relname::text IN p.prosrc) > 0
            OR EXISTS (SELECT FROM pg_partition_ancestors(c.oid) AS a (oid) JOIN pg_class r ON r.oid = a.oid
                WHERE position(r.relname::text IN p.prosrc) > 0))
        ORDER BY c.oid::regclass::text, 1
        """
    }

    /// The schemas in which the code of the schemas' objects finds what it names: the default one, those of the search path
    /// that are in the backup or expected, and those of extensions. `pg_temp` comes last, where nobody can put a table before
    /// others.
    func codePath(
        of schema: SchemaGraph, _ options: SchemaScript.Options, _ tx: borrowing Transaction
    ) async throws -> String {
        let extensions = schema.members.filter { $0.catalog == "pg_extension" }
        let places = try await tx.fetchAll(
            """
            SELECT DISTINCT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.oid = ANY(\(ObjectReader.array(extensions))) AND n.nspname <> 'pg_catalog' ORDER BY 1
            """, as: String.self)
        let known = schemas + places + options.expected
        let here = options.searchPath.filter { name in known.contains { $0.hasSameBytes(as: name) } }
        var path: [String] = []
        for name in [self.schema] + here + schemas + places where !path.contains(where: { $0.hasSameBytes(as: name) }) {
            path.append(name)
        }
        return (path.map(\.quoted) + ["pg_temp"]).joined(separator: ", ")
    }
}
