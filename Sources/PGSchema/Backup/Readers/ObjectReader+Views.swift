import PGWire

extension ObjectReader {
    /// The columns of a view, for what uses the view and is itself used by its query.
    static let viewColumns = ObjectReader(.viewColumns) { selected in
        """
        SELECT c.oid::bigint, 'VIEW COLUMNS', c.oid::regclass::text,
            format('CREATE VIEW %s AS SELECT %s;', c.oid::regclass,
                (SELECT string_agg(concat('NULL::', format_type(a.atttypid, a.atttypmod),
                        CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation END,
                        ' AS ', quote_ident(a.attname)), ', ' ORDER BY a.attnum)
                 FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
        FROM pg_class c WHERE c.oid = ANY(\(selected.ids))
        """
    }

    /// Views, and materialized views without their rows.
    static let views = ObjectReader(.view, .materializedView) { selected in
        """
        SELECT c.oid::bigint, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
            c.oid::regclass::text,
            concat('CREATE ', CASE WHEN c.oid = ANY(\(selected.relations)) AND c.relkind = 'v' THEN 'OR REPLACE ' END,
                CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END, c.oid::regclass,
                (SELECT format(' USING %I', m.amname) FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'),
                (SELECT format(' WITH (%s)', string_agg(format('%s=%L', option_name, option_value), ', '))
                 FROM pg_options_to_table(c.reloptions) HAVING count(*) > 0),
                E' AS\\n', rtrim(pg_get_viewdef(c.oid), ';'),
                CASE c.relkind WHEN 'm' THEN E'\\nWITH NO DATA' END, ';',
                CASE c.relkind WHEN 'm' THEN \(columnSettings) END,
                (SELECT string_agg(format(E'\\nALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s;', c.oid::regclass,
                    a.attname, pg_get_expr(d.adbin, d.adrelid)), '' ORDER BY a.attnum)
                 FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                 WHERE d.adrelid = c.oid AND c.relkind = 'v' AND NOT d.oid = ANY(\(selected.defaults))))
        FROM pg_class c WHERE c.oid = ANY(\(selected.ids))
        """
    }

    /// Primary keys, unique and exclusion constraints. Those of partitions are made one by one, and attached.
    static let keys = ObjectReader(.key, .earlyKey) { selected in
        """
        SELECT k.oid::bigint, 'CONSTRAINT', format('%I on %s', k.conname, k.conrelid::regclass),
            concat(format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s;', k.conrelid::regclass, k.conname,
                    pg_get_constraintdef(k.oid)),
                (SELECT format(E'\\nALTER INDEX %s SET (%s);', x.oid::regclass,
                    string_agg(format('%s=%L', option_name, option_value), ', '))
                 FROM pg_options_to_table(x.reloptions) HAVING count(*) > 0),
                \(indexSettings))
        FROM pg_constraint k JOIN pg_class x ON x.oid = k.conindid WHERE k.oid = ANY(\(selected.ids))
        """
    }

    static let indexes = ObjectReader(.index, .earlyIndex) { selected in
        """
        SELECT x.oid::bigint, 'INDEX', x.oid::regclass::text, concat(pg_get_indexdef(x.oid), ';', \(indexSettings))
        FROM pg_class x WHERE x.oid = ANY(\(selected.ids))
        """
    }

    private static let indexSettings: SQL = """
        (SELECT string_agg(format(E'\\nALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s;', a.attrelid::regclass,
            a.attnum, a.attstattarget), '' ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0)
        """

    static let indexPartitions = ObjectReader(.indexPartition) { selected in
        """
        SELECT c.oid::bigint, 'INDEX PARTITION', c.oid::regclass::text,
            format('ALTER INDEX %s ATTACH PARTITION %s;', i.inhparent::regclass, c.oid::regclass)
        FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.oid = ANY(\(selected.ids))
        """
    }
}
