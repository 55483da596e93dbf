import PGSchemaCatalog
import PGWire

/// Queries for what is attached to tables and other objects: kind, name, and the statements that create it.
extension SchemaObjects {
    /// Primary keys, unique and exclusion constraints.
    var keys: SQL {
        """
        \(with) SELECT 'CONSTRAINT', format('%I on %s', k.conname, k.conrelid::regclass),
            concat(format('ALTER TABLE %s ADD CONSTRAINT %I %s;', k.conrelid::regclass, k.conname,
                    pg_get_constraintdef(k.oid)),
                (SELECT format(E'\\nALTER INDEX %s SET (%s);', x.oid::regclass,
                    string_agg(format('%s=%L', option_name, option_value), ', '))
                 FROM pg_options_to_table(x.reloptions) HAVING count(*) > 0))
        FROM pg_constraint k JOIN relation c ON c.oid = k.conrelid JOIN pg_class x ON x.oid = k.conindid
        WHERE k.contype IN ('p', 'u', 'x')
        ORDER BY k.conrelid::regclass::text, k.contype, k.conname
        """
    }

    var indexes: SQL {
        """
        \(with) SELECT 'INDEX', i.indexrelid::regclass::text, concat(pg_get_indexdef(i.indexrelid), ';',
            (SELECT string_agg(format(E'\\nALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s;', a.attrelid::regclass,
                a.attnum, a.attstattarget), '' ORDER BY a.attnum)
             FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0))
        FROM pg_index i JOIN relation c ON c.oid = i.indrelid
        WHERE i.indisvalid AND NOT EXISTS (
            SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
        ORDER BY i.indrelid::regclass::text, i.indexrelid::regclass::text
        """
    }

    /// The invalid indexes, which CREATE INDEX CONCURRENTLY leaves when it fails.
    func invalidIndexes(_ tx: borrowing Transaction) async throws -> [String] {
        try await tx.fetchAll(
            catalog: """
                \(with) SELECT format('not in the backup, as it is invalid: index %s', i.indexrelid::regclass)
                FROM pg_index i JOIN relation c ON c.oid = i.indrelid WHERE NOT i.indisvalid ORDER BY 1
                """, as: String.self)
    }

    /// Check constraints, foreign keys, and constraints that are not validated.
    var checks: SQL {
        """
        \(with) SELECT 'CONSTRAINT',
            format('%I on %s', k.conname, coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)),
            format('ALTER %s ADD CONSTRAINT %I %s;', CASE WHEN k.contypid <> 0 THEN 'DOMAIN ' || k.contypid::regtype
                ELSE 'TABLE ' || k.conrelid::regclass END, k.conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k
        WHERE k.conrelid IN (SELECT oid FROM relation)
            AND (k.contype IN ('c', 'f') OR k.contype = 'n' AND NOT k.convalidated)
        OR k.contypid IN (SELECT objid FROM ours WHERE classid = 'pg_type'::regclass)
            AND k.contype = 'c' AND NOT k.convalidated
        ORDER BY k.contype, k.conrelid::regclass::text, k.conname
        """
    }

    /// All other attachments, in an order in which they can be created.
    var attachments: SQL {
        """
        \(with) SELECT kind, name, sql FROM (
            \(statistics) UNION ALL \(tableProperties) UNION ALL \(rules)
            UNION ALL \(triggers) UNION ALL \(policies) UNION ALL \(comments)
        ) AS x (stage, kind, name, sql) ORDER BY stage, name
        """
    }

    private var statistics: SQL {
        """
        SELECT 1, 'STATISTICS', s.stxname::text, concat(pg_get_statisticsobjdef(s.oid), ';',
            CASE WHEN s.stxstattarget >= 0 THEN format(E'\\nALTER STATISTICS %I.%I SET STATISTICS %s;',
                (SELECT nspname FROM home), s.stxname, s.stxstattarget) END)
        FROM pg_statistic_ext s JOIN ours o ON o.classid = 'pg_statistic_ext'::regclass AND o.objid = s.oid
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
        FROM relation c WHERE c.relkind = 'r' AND c.relreplident IN ('n', 'f', 'i')
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
        FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
        """
    }

    private var policies: SQL {
        """
        SELECT 8, 'POLICY', format('%I on %s', p.polname, p.polrelid::regclass),
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
        SELECT 9, 'ROW SECURITY', c.oid::regclass::text, concat(
            CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', c.oid::regclass) END,
            CASE WHEN c.relforcerowsecurity THEN
                format(E'\\nALTER TABLE %s FORCE ROW LEVEL SECURITY;', c.oid::regclass) END)
        FROM relation c WHERE c.relkind = 'r' AND (c.relrowsecurity OR c.relforcerowsecurity)
        """
    }

    private var comments: SQL {
        """
        SELECT 10, 'COMMENT', concat(i.type, ' ', i.identity), concat('COMMENT ON ',
            CASE WHEN i.type = 'domain constraint' THEN format('CONSTRAINT %I ON DOMAIN %s', k.conname, k.contypid::regtype)
                 WHEN i.type = 'table constraint' THEN 'CONSTRAINT ' || i.identity
                 WHEN i.type = 'statistics object' THEN 'STATISTICS ' || i.identity
                 WHEN i.type LIKE '% column' THEN 'COLUMN ' || i.identity
                 ELSE concat(upper(i.type), ' ', i.identity) END, ' IS ', quote_literal(d.description), ';')
        FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
        LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
        WHERE EXISTS (SELECT FROM ours o WHERE o.classid = d.classoid AND o.objid = d.objoid)
        OR k.conrelid IN (SELECT oid FROM relation)
        OR k.contypid IN (SELECT objid FROM ours WHERE classid = 'pg_type'::regclass)
        OR d.classoid = 'pg_class'::regclass AND (
            d.objoid IN (SELECT x.indexrelid FROM pg_index x JOIN relation c ON c.oid = x.indrelid WHERE x.indisvalid)
            OR d.objoid IN (SELECT t.typrelid FROM pg_type t
                JOIN ours o ON o.classid = 'pg_type'::regclass AND o.objid = t.oid WHERE t.typtype = 'c'))
        OR d.classoid = 'pg_trigger'::regclass
            AND d.objoid IN (SELECT t.oid FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid)
        OR d.classoid = 'pg_policy'::regclass
            AND d.objoid IN (SELECT p.oid FROM pg_policy p JOIN relation c ON c.oid = p.polrelid)
        OR d.classoid = 'pg_rewrite'::regclass
            AND d.objoid IN (SELECT w.oid FROM pg_rewrite w JOIN relation c ON c.oid = w.ev_class)
        """
    }
}
