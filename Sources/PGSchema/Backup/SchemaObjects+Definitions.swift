import PGWire

/// Queries for objects that can be created on their own: a key that ``dependencies`` uses too, kind, name, and the statements
/// that create it.
extension SchemaObjects {
    /// Enums, composite types and domains.
    var types: SQL {
        """
        \(with) SELECT 't' || t.oid, 'TYPE', format('%I.%I', h.nspname, t.typname),
            CASE t.typtype
            WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s);', h.nspname, t.typname,
                (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
                 FROM pg_enum l WHERE l.enumtypid = t.oid))
            WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s);', h.nspname, t.typname,
                (SELECT string_agg(concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
                        CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation END),
                    ', ' ORDER BY a.attnum)
                 FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                 WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
            ELSE concat(
                format('CREATE DOMAIN %I.%I AS %s', h.nspname, t.typname, format_type(t.typbasetype, t.typtypmod)),
                CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || t.typcollation::regcollation END,
                ' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
                CASE WHEN t.typnotnull THEN ' NOT NULL' END,
                (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ''
                    ORDER BY k.conname)
                 FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), ';')
            END
        FROM ours o JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid CROSS JOIN home h
        LEFT JOIN pg_type b ON b.oid = t.typbasetype
        ORDER BY 3
        """
    }

    /// Sequences, except for those of identity columns.
    var sequences: SQL {
        """
        \(with) SELECT 'r' || c.oid, 'SEQUENCE', c.oid::regclass::text,
            format('CREATE %sSEQUENCE %s AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s;',
                CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, c.oid::regclass, format_type(s.seqtypid, NULL),
                s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END)
        FROM relation c JOIN pg_sequence s ON s.seqrelid = c.oid
        WHERE NOT EXISTS (
            SELECT FROM pg_depend i
            WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid AND i.deptype = 'i')
        ORDER BY 3
        """
    }

    var functions: SQL {
        """
        \(with) SELECT 'p' || p.oid, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
            p.oid::regprocedure::text, pg_get_functiondef(p.oid) || ';'
        FROM ours o JOIN pg_proc p ON o.classid = 'pg_proc'::regclass AND p.oid = o.objid
        ORDER BY 3
        """
    }

    /// Tables with their columns and settings, without keys and other constraints.
    var tables: SQL {
        """
        \(with) SELECT 'r' || c.oid, 'TABLE', c.oid::regclass::text,
            concat('CREATE ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, 'TABLE ', c.oid::regclass, ' (',
                (SELECT string_agg(\(column), ',' ORDER BY a.attnum)
                 FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                 LEFT JOIN pg_constraint k
                    ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                E'\\n)',
                (SELECT format(' WITH (%s)',
                    string_agg(concat(o.prefix, o.option_name, '=', quote_literal(o.option_value)), ', '))
                 FROM (SELECT '' AS prefix, option_name, option_value FROM pg_options_to_table(c.reloptions)
                       UNION ALL
                       SELECT 'toast.', option_name, option_value
                       FROM pg_class x, pg_options_to_table(x.reloptions) WHERE x.oid = c.reltoastrelid) o
                 HAVING count(*) > 0),
                ';', \(columnSettings))
        FROM relation c WHERE c.relkind = 'r'
        ORDER BY 3
        """
    }

    /// A column of `CREATE TABLE`.
    private var column: SQL {
        """
        concat(E'\\n    ', quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
            CASE a.attcompression WHEN 'p' THEN ' COMPRESSION pglz' WHEN 'l' THEN ' COMPRESSION lz4' END,
            CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation END,
            CASE a.attgenerated
                WHEN 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
                WHEN 'v' THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
                ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
            CASE WHEN a.attidentity <> '' THEN
                (SELECT concat(' GENERATED ', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                    format(' AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s',
                        s.seqrelid::regclass, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache),
                    CASE WHEN s.seqcycle THEN ' CYCLE' END, ')')
                 FROM pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid
                 WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
                 AND i.refobjid = c.oid AND i.refobjsubid = a.attnum AND i.deptype = 'i') END,
            CASE WHEN a.attnotnull AND coalesce(k.convalidated, true) THEN
                concat(CASE WHEN k.conname <> concat(c.relname, '_', a.attname, '_not_null')
                    THEN format(' CONSTRAINT %I', k.conname) END,
                    ' NOT NULL', CASE WHEN k.connoinherit THEN ' NO INHERIT' END) END)
        """
    }

    /// Column settings that CREATE TABLE has no syntax for.
    private var columnSettings: SQL {
        """
        (SELECT string_agg(concat(
            CASE WHEN a.attstorage <> y.typstorage THEN
                format(E'\\nALTER TABLE %s ALTER COLUMN %I SET STORAGE %s;', c.oid::regclass, a.attname,
                    CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                    ELSE 'EXTENDED' END) END,
            CASE WHEN a.attstattarget >= 0 THEN
                format(E'\\nALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s;', c.oid::regclass, a.attname,
                    a.attstattarget) END,
            CASE WHEN a.attoptions IS NOT NULL THEN
                format(E'\\nALTER TABLE %s ALTER COLUMN %I SET (%s);', c.oid::regclass, a.attname,
                    array_to_string(a.attoptions, ', ')) END), '' ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
        """
    }

    /// Views, and materialized views without their rows.
    var views: SQL {
        """
        \(with) SELECT 'r' || c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
            c.oid::regclass::text,
            concat('CREATE ', CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END, c.oid::regclass,
                (SELECT format(' WITH (%s)', string_agg(format('%s=%L', option_name, option_value), ', '))
                 FROM pg_options_to_table(c.reloptions) HAVING count(*) > 0),
                E' AS\\n', rtrim(pg_get_viewdef(c.oid), ';'),
                CASE c.relkind WHEN 'm' THEN E'\\nWITH NO DATA' END, ';',
                CASE c.relkind WHEN 'm' THEN \(columnSettings) END,
                (SELECT string_agg(format(E'\\nALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s;', c.oid::regclass,
                    a.attname, pg_get_expr(d.adbin, d.adrelid)), '' ORDER BY a.attnum)
                 FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                 WHERE d.adrelid = c.oid AND c.relkind = 'v'))
        FROM relation c WHERE c.relkind IN ('v', 'm')
        ORDER BY 3
        """
    }

    /// Pairs of keys: an object, and one that it depends on. All constraints have the key ``DependencyOrder/constraint``.
    var dependencies: SQL {
        """
        \(with), object (classid, objid, key) AS (
            SELECT 'pg_class'::regclass, c.oid, CASE c.relkind WHEN 'c' THEN 't' || c.reltype ELSE 'r' || c.oid END
            FROM pg_class c JOIN home h ON h.oid = c.relnamespace
            UNION ALL
            SELECT 'pg_type'::regclass, t.oid,
                CASE WHEN r.relkind <> 'c' THEN 'r' || r.oid ELSE 't' || coalesce(e.oid, t.oid) END
            FROM pg_type t JOIN home h ON h.oid = t.typnamespace LEFT JOIN pg_type e ON e.typarray = t.oid
            LEFT JOIN pg_class r ON r.oid = coalesce(e.typrelid, t.typrelid)
            UNION ALL
            SELECT 'pg_proc'::regclass, p.oid, 'p' || p.oid FROM pg_proc p JOIN home h ON h.oid = p.pronamespace
            UNION ALL
            SELECT 'pg_attrdef'::regclass, d.oid, 'r' || d.adrelid FROM pg_attrdef d
            UNION ALL
            SELECT 'pg_rewrite'::regclass, w.oid, 'r' || w.ev_class FROM pg_rewrite w WHERE w.rulename = '_RETURN'
            UNION ALL
            SELECT 'pg_constraint'::regclass, k.oid,
                CASE WHEN k.contypid <> 0 THEN 't' || k.contypid ELSE '\(raw: DependencyOrder.constraint)' END
            FROM pg_constraint k
        )
        SELECT DISTINCT o.key, r.key FROM pg_depend d
        JOIN object o ON o.classid = d.classid AND o.objid = d.objid
        JOIN object r ON r.classid = d.refclassid AND r.objid = d.refobjid
        WHERE d.deptype = 'n' AND o.key <> r.key AND o.key <> '\(raw: DependencyOrder.constraint)'
        """
    }
}
