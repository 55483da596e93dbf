import PGWire

extension ObjectReader {
    /// Sequences, except for those of identity columns.
    static let sequences = ObjectReader(.sequence) { selected in
        """
        SELECT c.oid::bigint, 'SEQUENCE', c.oid::regclass::text,
            format('CREATE %sSEQUENCE %s AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s;',
                CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, c.oid::regclass, format_type(s.seqtypid, NULL),
                s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END)
        FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid WHERE c.oid = ANY(\(selected.ids))
        """
    }

    /// Tables with their columns and settings, without keys and other constraints. A partition is a table with all of its
    /// columns, which ``partitions`` attach; a child has those that are its own.
    static let tables = ObjectReader(.table) { selected in
        """
        SELECT c.oid::bigint, 'TABLE', c.oid::regclass::text,
            concat('CREATE ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, 'TABLE ', c.oid::regclass, ' (',
                (SELECT string_agg(item, ',' ORDER BY place) FROM (
                    SELECT a.attnum::int, \(column(selected.defaults))
                    FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    LEFT JOIN pg_constraint k
                        ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND (c.relispartition OR a.attislocal)
                    UNION ALL
                    -- From PostgreSQL 18 on, NOT NULL is a constraint, which can be a child's own on a column that is not.
                    SELECT 10000 + a.attnum, format(E'\\n    CONSTRAINT %I NOT NULL %I%s', k.conname, a.attname,
                        CASE WHEN k.connoinherit THEN ' NO INHERIT' END)
                    FROM pg_attribute a JOIN pg_constraint k
                        ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND k.conislocal
                    WHERE a.attrelid = c.oid AND NOT a.attisdropped AND NOT c.relispartition AND NOT a.attislocal
                    AND k.convalidated) AS x (place, item)),
                E'\\n)',
                CASE WHEN NOT c.relispartition THEN (SELECT format(' INHERITS (%s)',
                    string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno))
                    FROM pg_inherits i WHERE i.inhrelid = c.oid HAVING count(*) > 0) END,
                CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) END,
                (SELECT format(' USING %I', m.amname) FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'),
                (SELECT format(' WITH (%s)',
                    string_agg(concat(o.prefix, o.option_name, '=', quote_literal(o.option_value)), ', '))
                 FROM (SELECT '' AS prefix, option_name, option_value FROM pg_options_to_table(c.reloptions)
                       UNION ALL
                       SELECT 'toast.', option_name, option_value
                       FROM pg_class x, pg_options_to_table(x.reloptions) WHERE x.oid = c.reltoastrelid) o
                 HAVING count(*) > 0),
                ';',
                CASE WHEN c.reloftype <> 0 THEN format(E'\\nALTER TABLE %s OF %s;', c.oid::regclass, c.reloftype::regtype) END,
                \(inheritedSettings(selected.defaults)),
                CASE WHEN NOT c.oid = ANY(\(selected.relations)) THEN \(columnSettings) END)
        FROM pg_class c WHERE c.oid = ANY(\(selected.ids))
        """
    }

    /// A column of `CREATE TABLE`.
    private static func column(_ separated: SQL) -> SQL {
        """
        concat(E'\\n    ', quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
            CASE a.attcompression WHEN 'p' THEN ' COMPRESSION pglz' WHEN 'l' THEN ' COMPRESSION lz4' END,
            CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation END,
            CASE
                -- Before PostgreSQL 16 a child may not say what it has from its parent anyway.
                WHEN a.attgenerated <> '' AND NOT c.relispartition AND \(parent(sameExpression)) THEN NULL
                WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
                WHEN a.attgenerated = 'v' THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
                ELSE CASE WHEN NOT d.oid = ANY(\(separated)) THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END END,
            -- The identity of a partition is its parent's.
            CASE WHEN a.attidentity <> '' THEN
                (SELECT concat(' GENERATED ', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                    format(' AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s',
                        s.seqrelid::regclass, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache),
                    CASE WHEN s.seqcycle THEN ' CYCLE' END, ')')
                 FROM pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid
                 WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
                 AND i.refobjid = c.oid AND i.refobjsubid = a.attnum AND i.deptype = 'i') END,
            CASE WHEN a.attnotnull AND coalesce(k.convalidated AND (k.conislocal OR c.relispartition), true) THEN
                -- Always with its name: the one that the server would choose depends on what else there is.
                concat(' CONSTRAINT ' || quote_ident(k.conname),
                    ' NOT NULL', CASE WHEN k.connoinherit THEN ' NO INHERIT' END) END)
        """
    }

    /// What a child has otherwise than its parents, for the columns that it has from them.
    private static func inheritedSettings(_ separated: SQL) -> SQL {
        """
        (SELECT string_agg(concat(
            CASE WHEN a.attgenerated <> '' OR d.oid = ANY(\(separated)) THEN NULL
                WHEN d.oid IS NOT NULL THEN format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s;', c.oid::regclass,
                    a.attname, pg_get_expr(d.adbin, d.adrelid))
                WHEN \(parent("p.atthasdef")) THEN
                    format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT;', c.oid::regclass, a.attname) END,
            CASE WHEN a.attnotnull AND NOT EXISTS (
                    SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n')
                THEN format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET NOT NULL;', c.oid::regclass, a.attname) END,
            CASE WHEN a.attstorage = y.typstorage AND \(parent("p.attstorage <> a.attstorage")) THEN
                format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s;', c.oid::regclass, a.attname, \(storage)) END,
            CASE a.attcompression WHEN 'p' THEN format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION pglz;',
                    c.oid::regclass, a.attname)
                WHEN 'l' THEN format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION lz4;',
                    c.oid::regclass, a.attname)
                ELSE CASE WHEN \(parent("p.attcompression <> ''")) THEN
                    format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION default;', c.oid::regclass, a.attname) END
                END), '' ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT c.relispartition AND a.attinhcount > 0)
        """
    }

    private static let sameExpression = """
        EXISTS (SELECT FROM pg_attrdef e WHERE e.adrelid = p.attrelid AND e.adnum = p.attnum
            AND pg_get_expr(e.adbin, e.adrelid) = pg_get_expr(d.adbin, d.adrelid))
        """

    /// Whether one of the parents has the column in a way that a condition on `p` describes.
    private static func parent(_ condition: String) -> SQL {
        """
        EXISTS (SELECT FROM pg_inherits i JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attname = a.attname
            WHERE i.inhrelid = c.oid AND \(raw: condition))
        """
    }

    private static let storage: SQL = """
        CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
        """

    /// Column settings that CREATE TABLE has no syntax for.
    static let columnSettings: SQL = """
        (SELECT string_agg(concat(
            CASE WHEN a.attstorage <> y.typstorage THEN
                format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s;', c.oid::regclass, a.attname, \(storage)) END,
            CASE WHEN a.attstattarget >= 0 THEN
                format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s;', c.oid::regclass, a.attname,
                    a.attstattarget) END,
            CASE WHEN a.attoptions IS NOT NULL THEN
                format(E'\\nALTER TABLE ONLY %s ALTER COLUMN %I SET (%s);', c.oid::regclass, a.attname,
                    array_to_string(a.attoptions, ', ')) END), '' ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
        """

    static let partitions = ObjectReader(.partition) { selected in
        """
        SELECT c.oid::bigint, 'PARTITION', c.oid::regclass::text,
            format('ALTER TABLE ONLY %s ATTACH PARTITION %s %s;', i.inhparent::regclass, c.oid::regclass,
                pg_get_expr(c.relpartbound, c.oid))
        FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.oid = ANY(\(selected.ids))
        """
    }

    static let tableSettings = ObjectReader(.tableSettings) { selected in
        """
        SELECT c.oid::bigint, 'TABLE SETTINGS', c.oid::regclass::text, coalesce(\(columnSettings), 'SELECT;')
        FROM pg_class c WHERE c.oid = ANY(\(selected.ids))
        """
    }

    static let columnDefaults = ObjectReader(.columnDefault) { selected in
        """
        SELECT d.oid::bigint, 'DEFAULT', format('%s.%I', d.adrelid::regclass, a.attname),
            format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s;', d.adrelid::regclass, a.attname,
                pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.oid = ANY(\(selected.ids))
        """
    }
}
