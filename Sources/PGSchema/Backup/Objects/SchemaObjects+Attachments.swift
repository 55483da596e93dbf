import PGSchemaCatalog
import PGWire

/// Queries for what is attached to tables and other objects: kind, name, and the statements that create it.
extension SchemaObjects {
    /// The invalid indexes, which CREATE INDEX CONCURRENTLY leaves when it fails.
    func invalidIndexes(_ tx: borrowing Transaction) async throws -> [String] {
        try await tx.fetchAll(
            catalog: """
                \(with) SELECT format('not in the backup, as it is invalid: index %s', i.indexrelid::regclass)
                FROM pg_index i JOIN relation c ON c.oid = i.indrelid
                WHERE NOT i.indisvalid AND c.relkind <> 'p' ORDER BY 1
                """, as: String.self)
    }

    /// Check constraints, foreign keys, and constraints that are not validated.
    ///
    /// A check that calls code, or that says something else at another time, is added without a look at the rows, and then looks at
    /// them under the search path `path`: its text is read without one, as it was written, and the code finds what it names.
    /// Rows that do not satisfy it any more are no reason to have none of them; the constraint is not valid then, which is said.
    func constraints(callingCode ids: [Int64], path: String) -> SQL {
        let before = "SET LOCAL search_path = \(path);"
        let after = "SET LOCAL search_path = '';"
        return """
            \(with) SELECT 'CONSTRAINT', x.name,
                concat(format('ALTER %s ADD CONSTRAINT %I %s', x.place, k.conname, pg_get_constraintdef(k.oid)),
                    CASE WHEN x.isLate THEN format(E' NOT VALID;\\n%s\\nDO %L;\\n%s', \(before)::text,
                        format(E'BEGIN\\n    ALTER %s VALIDATE CONSTRAINT %I;\\nEXCEPTION WHEN check_violation THEN\\n    '
                            'RAISE WARNING %L, %L, SQLERRM;\\nEND', x.place, k.conname,
                            'the constraint % is not valid: %', x.name), \(after)::text)
                    ELSE ';' END)
            FROM pg_constraint k CROSS JOIN LATERAL (SELECT
                format('%I on %s', k.conname, coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)) AS name,
                k.contype = 'c' AND k.convalidated AND (k.oid = ANY(\(ids)::bigint[]::oid[])
                    OR k.conbin::text ~ 'SQLVALUEFUNCTION' OR EXISTS (
                        SELECT FROM regexp_matches(k.conbin::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') AS m (groups)
                        JOIN pg_proc f ON f.oid = m.groups[1]::oid AND f.provolatile <> 'i')) AS isLate,
                CASE WHEN k.contypid <> 0 THEN 'DOMAIN ' || k.contypid::regtype
                    -- Only a partitioned table's foreign key is for others, too.
                    WHEN k.contype = 'f' AND (SELECT relkind FROM pg_class r WHERE r.oid = k.conrelid) = 'r'
                        THEN 'TABLE ONLY ' || k.conrelid::regclass
                    ELSE 'TABLE ' || k.conrelid::regclass END AS place) AS x
            WHERE k.conrelid IN (SELECT oid FROM relation)
                AND (k.contype = 'c' AND k.conislocal OR k.contype = 'f' AND k.conparentid = 0
                    OR k.contype = 'n' AND NOT k.convalidated AND k.conislocal)
            OR k.contypid IN (SELECT objid FROM ours WHERE classid = 'pg_type'::regclass)
                AND k.contype = 'c' AND NOT k.convalidated
            -- A child's own check before its parents', which are then merged with it.
            ORDER BY k.contype, x.isLate, (
                WITH RECURSIVE up AS (
                    SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = k.conrelid
                    UNION SELECT i.inhparent FROM pg_inherits i JOIN up ON i.inhrelid = up.inhparent)
                SELECT count(*) FROM up) DESC, k.conrelid::regclass::text, k.conname
            """
    }

    /// All other attachments, in an order in which they can be created.
    var attachments: SQL {
        """
        \(with) SELECT kind, name, sql FROM (
            \(statistics) UNION ALL \(tableProperties) UNION ALL \(rules)
            UNION ALL \(triggers) UNION ALL \(policies) UNION ALL \(extensionDependencies)
        ) AS x (stage, kind, name, sql) ORDER BY stage, name
        """
    }

    private var statistics: SQL {
        """
        SELECT 1, 'STATISTICS', s.stxname::text, concat(pg_get_statisticsobjdef(s.oid), ';',
            CASE WHEN s.stxstattarget >= 0 THEN format(E'\\nALTER STATISTICS %I.%I SET STATISTICS %s;',
                n.nspname, s.stxname, s.stxstattarget) END)
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
        JOIN ours o ON o.classid = 'pg_statistic_ext'::regclass AND o.objid = s.oid
        """
    }

    private var tableProperties: SQL {
        """
        SELECT 2, 'SEQUENCE OWNED BY', s.objid::regclass::text,
            format('ALTER SEQUENCE %s OWNED BY %s.%I;', s.objid::regclass, s.refobjid::regclass, a.attname)
        FROM pg_depend s JOIN relation c ON c.oid = s.objid AND c.relkind = 'S'
        JOIN pg_attribute a ON a.attrelid = s.refobjid AND a.attnum = s.refobjsubid
        WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass AND s.deptype = 'a'
        UNION ALL
        SELECT 3, 'REPLICA IDENTITY', c.oid::regclass::text, format('ALTER TABLE %s REPLICA IDENTITY %s;', c.oid::regclass,
            CASE c.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' ELSE 'USING INDEX ' || (
                SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                WHERE i.indrelid = c.oid AND i.indisreplident) END)
        FROM relation c WHERE c.relkind IN ('r', 'p') AND c.relreplident IN ('n', 'f', 'i')
        UNION ALL
        SELECT 4, 'CLUSTER', c.oid::regclass::text, format('ALTER TABLE %s CLUSTER ON %I;', c.oid::regclass, x.relname)
        FROM relation c JOIN pg_index i ON i.indrelid = c.oid AND i.indisclustered
        JOIN pg_class x ON x.oid = i.indexrelid
        """
    }

    private var rules: SQL {
        """
        SELECT 6, 'RULE', format('%I on %s', w.rulename, w.ev_class::regclass), concat(pg_get_ruledef(w.oid),
            CASE WHEN w.ev_enabled <> 'O' THEN format(E'\\nALTER TABLE %s %s RULE %I;', w.ev_class::regclass,
                CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
                w.rulename) END)
        FROM pg_rewrite w JOIN relation c ON c.oid = w.ev_class WHERE w.rulename <> '_RETURN'
        """
    }

    private var triggers: SQL {
        """
        SELECT 7, 'TRIGGER', format('%I on %s', t.tgname, t.tgrelid::regclass), concat(pg_get_triggerdef(t.oid), ';',
            CASE WHEN t.tgenabled <> 'O' THEN format(E'\\nALTER TABLE %s %s TRIGGER %I;', t.tgrelid::regclass,
                CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
                t.tgname) END)
        FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgparentid = 0
        UNION ALL
        -- A partition has its parent's triggers, and can have them off.
        SELECT 8, 'TRIGGER', format('%I on %s', t.tgname, t.tgrelid::regclass), format('ALTER TABLE ONLY %s %s TRIGGER %I;',
            t.tgrelid::regclass, CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, t.tgname)
        FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid JOIN pg_trigger u ON u.oid = t.tgparentid
        WHERE NOT t.tgisinternal AND t.tgenabled <> u.tgenabled
        """
    }

    private var policies: SQL {
        """
        SELECT 9, 'POLICY', format('%I on %s', p.polname, p.polrelid::regclass),
            concat(format('CREATE POLICY %I ON %s', p.polname, p.polrelid::regclass),
                CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
                CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                    WHEN 'd' THEN ' FOR DELETE' END,
                (SELECT ' TO ' || string_agg(CASE r.oid WHEN 0 THEN 'PUBLIC' ELSE r.oid::regrole::text END, ', ')
                 FROM unnest(p.polroles) AS r (oid)),
                ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ';')
        FROM pg_policy p JOIN relation c ON c.oid = p.polrelid
        UNION ALL
        SELECT 10, 'ROW SECURITY', c.oid::regclass::text, concat(
            CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', c.oid::regclass) END,
            CASE WHEN c.relforcerowsecurity THEN
                format(E'\\nALTER TABLE %s FORCE ROW LEVEL SECURITY;', c.oid::regclass) END)
        FROM relation c WHERE c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relforcerowsecurity)
        """
    }

    /// What is dropped with an extension because somebody said so.
    private var extensionDependencies: SQL {
        """
        SELECT 11, 'DEPENDS ON EXTENSION', i.identity,
            format('ALTER %s %s DEPENDS ON EXTENSION %I;', upper(i.type), i.identity, e.extname)
        FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
        CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
        LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
        LEFT JOIN pg_index x ON d.classid = 'pg_class'::regclass AND x.indexrelid = d.objid
        WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x' AND (
            EXISTS (SELECT FROM ours o WHERE o.classid = d.classid AND o.objid = d.objid)
            OR coalesce(t.tgrelid, x.indrelid) IN (SELECT oid FROM relation))
        """
    }
}
