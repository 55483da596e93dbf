import PGWire

/// Queries for what there is: the catalog, the row there, and the kind (``ObjectKind``).
extension SchemaObjects {
    /// What is created in the order of dependencies. The kind is null for what a backup does not cover.
    var inventory: SQL {
        """
        \(with) SELECT o.classid::regclass::text, o.objid::bigint, CASE
            WHEN o.classid = 'pg_class'::regclass THEN
                CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
                    WHEN 'm' THEN 'materializedView' WHEN 'S' THEN 'sequence' END
            WHEN o.classid = 'pg_type'::regclass THEN
                CASE WHEN t.typtype IN ('e', 'c', 'd', 'r', 'b') THEN 'type' WHEN NOT t.typisdefined THEN 'shellType' END
            WHEN o.classid = 'pg_proc'::regclass THEN CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END
            WHEN o.classid = 'pg_collation'::regclass THEN 'collation'
            WHEN o.classid = 'pg_conversion'::regclass THEN 'conversion'
            WHEN o.classid = 'pg_operator'::regclass THEN 'operator_'
            WHEN o.classid = 'pg_opfamily'::regclass THEN 'operatorFamily'
            WHEN o.classid = 'pg_opclass'::regclass THEN 'operatorClass'
            WHEN o.classid = 'pg_ts_parser'::regclass THEN 'textSearchParser'
            WHEN o.classid = 'pg_ts_template'::regclass THEN 'textSearchTemplate'
            WHEN o.classid = 'pg_ts_dict'::regclass THEN 'textSearchDictionary'
            WHEN o.classid = 'pg_ts_config'::regclass THEN 'textSearchConfiguration'
            WHEN o.classid = 'pg_statistic_ext'::regclass THEN '' END
        FROM ours o
        LEFT JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid
        LEFT JOIN pg_proc p ON o.classid = 'pg_proc'::regclass AND p.oid = o.objid
        LEFT JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid
        LEFT JOIN pg_operator r ON o.classid = 'pg_operator'::regclass AND r.oid = o.objid
        WHERE NOT EXISTS (
            SELECT FROM pg_depend i WHERE i.classid = o.classid AND i.objid = o.objid AND i.deptype = 'i' AND i.objsubid = 0)
        -- A place for a commutator or a negator that was never made.
        AND NOT coalesce(r.oprcode = 0, false)
        UNION ALL
        SELECT 'pg_namespace', h.oid::bigint, 'schema' FROM home h
        UNION ALL
        SELECT 'pg_constraint', k.oid::bigint, CASE WHEN k.contype IN ('p', 'u', 'x') THEN 'key' ELSE '' END
        FROM pg_constraint k JOIN relation c ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'x', 'c', 'f')
        UNION ALL
        SELECT 'pg_class', i.indexrelid::bigint, 'index' FROM pg_index i JOIN relation c ON c.oid = i.indrelid
        WHERE (i.indisvalid OR c.relkind = 'p') AND NOT EXISTS (
            SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
        UNION ALL
        SELECT 'pg_trigger', t.oid::bigint, '' FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
        UNION ALL
        SELECT 'pg_policy', p.oid::bigint, '' FROM pg_policy p JOIN relation c ON c.oid = p.polrelid
        UNION ALL
        SELECT 'pg_rewrite', w.oid::bigint, '' FROM pg_rewrite w JOIN relation c ON c.oid = w.ev_class
        WHERE w.rulename <> '_RETURN'
        UNION ALL
        SELECT 'pg_cast', x.oid::bigint, 'cast' FROM \(casts)
        """
    }

    /// The casts of our types and by our functions, which have no schema of their own.
    private var casts: SQL {
        """
        (SELECT k.oid FROM pg_cast k
         WHERE k.oid >= 16384 AND NOT EXISTS (
            SELECT FROM pg_depend e WHERE e.classid = 'pg_cast'::regclass AND e.objid = k.oid AND e.deptype IN ('e', 'i'))
         AND EXISTS (
            SELECT FROM pg_depend d
            LEFT JOIN pg_depend i ON i.classid = d.refclassid AND i.objid = d.refobjid AND i.deptype = 'i'
            JOIN ours o ON (o.classid, o.objid) IN ((d.refclassid, d.refobjid), (i.refclassid, i.refobjid))
            WHERE d.classid = 'pg_cast'::regclass AND d.objid = k.oid)) AS x
        """
    }

    /// Partitions of tables with their parents, and those of indexes.
    var partitions: SQL {
        """
        \(with) SELECT i.inhrelid::bigint, i.inhparent::bigint, c.relkind IN ('i', 'I')
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relispartition AND (c.oid IN (SELECT oid FROM relation)
            OR c.oid IN (SELECT x.indexrelid FROM pg_index x JOIN relation r ON r.oid = x.indrelid))
        """
    }

    /// Tables that have a child together with another table, and the defaults of their columns.
    var parentsOfOneChild: SQL {
        """
        \(with) SELECT c.oid::bigint, d.oid::bigint FROM relation c
        LEFT JOIN (pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated = '')
            ON d.adrelid = c.oid
        WHERE c.oid IN (SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid IN (
            SELECT inhrelid FROM pg_inherits GROUP BY inhrelid HAVING count(*) > 1))
        """
    }

    /// The types whose functions need them before they are whole: those, and the functions.
    var shellTypes: SQL {
        """
        \(with) SELECT t.oid::bigint, f.oid::bigint
        FROM ours o JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid
        LEFT JOIN pg_range r ON r.rngtypid = t.oid
        CROSS JOIN LATERAL unnest(ARRAY[t.typinput, t.typoutput, t.typreceive, t.typsend, r.rngcanonical]::oid[]) AS f (oid)
        WHERE f.oid >= 16384 AND t.typtype IN ('b', 'r')
        """
    }

    /// Functions that an index calls, which must be on tables without rows to be created: from PostgreSQL 17 on, a function runs
    /// without a search path then. Those that the planner looks into fail on any table, so there is no such index.
    var opaqueFunctions: SQL {
        """
        SELECT p.oid::bigint FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
        WHERE p.oid >= 16384 AND l.lanname NOT IN ('internal', 'c')
        AND (l.lanname <> 'sql' OR current_setting('server_version_num')::int >= 170000 AND p.prosecdef)
        AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS s (text) WHERE s.text ~ '^search_path=')
        """
    }

    /// Extensions that may be needed without a dependency that says so: in one of the schemas, or a function's text seems to
    /// name one of their functions.
    var likelyExtensions: SQL {
        """
        \(with) SELECT e.oid::bigint FROM pg_extension e
        WHERE e.oid >= 16384 AND (e.extnamespace IN (SELECT oid FROM home) OR EXISTS (
            SELECT FROM pg_depend d JOIN pg_proc m ON m.oid = d.objid
            JOIN pg_proc p ON position(m.proname::text IN p.prosrc) > 0
            JOIN ours o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
            WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass
            AND d.deptype = 'e'))
        """
    }
}
