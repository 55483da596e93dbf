import PGWire

extension SchemaObjects {
    /// The comments on these objects and on their columns.
    func comments(on ids: [ObjectID]) -> SQL {
        """
        SELECT 'COMMENT', concat(i.type, ' ', i.identity), concat('COMMENT ON ',
            CASE WHEN i.type = 'domain constraint' THEN format('CONSTRAINT %I ON DOMAIN %s', k.conname, k.contypid::regtype)
                 WHEN i.type = 'table constraint' THEN 'CONSTRAINT ' || i.identity
                 WHEN i.type = 'statistics object' THEN 'STATISTICS ' || i.identity
                 WHEN i.type = 'aggregate' THEN format('AGGREGATE %I.%I(%s)', n.nspname, p.proname,
                    CASE p.pronargs WHEN 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END)
                 WHEN i.type LIKE '% column' THEN 'COLUMN ' || i.identity
                 ELSE concat(upper(i.type), ' ', i.identity) END, ' IS ', quote_literal(d.description), ';')
        FROM pg_description d
        JOIN (SELECT DISTINCT x.class::regclass AS classid, x.oid::oid AS objid
              FROM unnest(\(ids.map(\.catalog))::text[], \(ids.map(\.oid))::bigint[]) AS x (class, oid)) AS o
            ON o.classid = d.classoid AND o.objid = d.objoid
        CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
        LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
        LEFT JOIN pg_proc p ON d.classoid = 'pg_proc'::regclass AND p.oid = d.objoid
        LEFT JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE d.classoid NOT IN ('pg_namespace'::regclass, 'pg_extension'::regclass)
        ORDER BY 2
        """
    }

    /// The comments on the schemas themselves, which only their owners can make.
    var schemaComments: SQL {
        """
        \(with) SELECT 'COMMENT', concat('schema ', quote_ident(h.nspname)),
            format('DO %L;', format(E'BEGIN\\n    %s;\\nEXCEPTION WHEN insufficient_privilege THEN\\n    RAISE WARNING %L, SQLERRM;\\nEND',
                t.text, 'left out: the comment on a schema: %'))
        FROM home h LEFT JOIN pg_description d
            ON d.classoid = 'pg_namespace'::regclass AND d.objoid = h.oid AND d.objsubid = 0
        CROSS JOIN LATERAL (SELECT format('COMMENT ON SCHEMA %I IS %s', h.nspname, quote_nullable(d.description))) AS t (text)
        WHERE d.description IS DISTINCT FROM CASE h.nspname WHEN 'public' THEN 'standard public schema' END
        ORDER BY 2
        """
    }
}
