import PGSchemaCatalog
import PGWire

/// Queries for owners.
extension SchemaObjects {
    /// Begins like ``with``, and adds who owns what (`owned`): for all that can be given to another role by itself.
    private var withOwners: SQL {
        """
        \(with), owned (classid, objid, owner, type, identity) AS (
            SELECT o.classid, o.objid, coalesce(c.relowner, p.proowner, t.typowner, s.stxowner, r.oprowner, f.opfowner,
                k.opcowner, l.collowner, v.conowner, d.dictowner, g.cfgowner), i.type, i.identity
            FROM ours o CROSS JOIN LATERAL pg_identify_object(o.classid, o.objid, 0) i
            LEFT JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid
            LEFT JOIN pg_proc p ON o.classid = 'pg_proc'::regclass AND p.oid = o.objid
            LEFT JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid
            LEFT JOIN pg_statistic_ext s ON o.classid = 'pg_statistic_ext'::regclass AND s.oid = o.objid
            LEFT JOIN pg_operator r ON o.classid = 'pg_operator'::regclass AND r.oid = o.objid
            LEFT JOIN pg_opfamily f ON o.classid = 'pg_opfamily'::regclass AND f.oid = o.objid
            LEFT JOIN pg_opclass k ON o.classid = 'pg_opclass'::regclass AND k.oid = o.objid
            LEFT JOIN pg_collation l ON o.classid = 'pg_collation'::regclass AND l.oid = o.objid
            LEFT JOIN pg_conversion v ON o.classid = 'pg_conversion'::regclass AND v.oid = o.objid
            LEFT JOIN pg_ts_dict d ON o.classid = 'pg_ts_dict'::regclass AND d.oid = o.objid
            LEFT JOIN pg_ts_config g ON o.classid = 'pg_ts_config'::regclass AND g.oid = o.objid
            -- A part, such as a sequence of a column, has the owner of the whole.
            WHERE NOT EXISTS (
                SELECT FROM pg_depend i WHERE i.classid = o.classid AND i.objid = o.objid AND i.objsubid = 0
                AND (i.deptype = 'i' OR i.deptype = 'a' AND c.relkind = 'S'))
            AND coalesce(r.oprcode <> 0, true)
        )
        """
    }

    /// Objects with another owner than most, which a backup does not keep: one sentence for each owner.
    func otherOwners(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                \(withOwners) SELECT format('not in the backup: that %I owns %s%s', pg_get_userbyid(owner),
                    min(pg_describe_object(classid, objid, 0)),
                    CASE WHEN count(*) > 1 THEN format(' and %s more', count(*) - 1) END)
                FROM owned WHERE owner <> (SELECT mode() WITHIN GROUP (ORDER BY owner) FROM owned)
                GROUP BY owner ORDER BY 1
                """, as: String.self)
    }

    /// Gives each object, and each schema, to the role that owns it.
    var owners: SQL {
        """
        \(withOwners), statement (stage, type, identity, owner) AS (
            SELECT 1, CASE type WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(type) END,
                CASE WHEN type = 'aggregate' THEN (
                    SELECT format('%I.%I(%s)', n.nspname, p.proname,
                        CASE p.pronargs WHEN 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END)
                    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = objid)
                ELSE identity END, owner
            FROM owned WHERE owner IS NOT NULL
            UNION ALL
            SELECT 2, 'SCHEMA', quote_ident(n.nspname), n.nspowner FROM pg_namespace n JOIN home h ON h.oid = n.oid
            -- As it is from the beginning: the owner of the database.
            WHERE NOT (n.nspname = 'public' AND pg_get_userbyid(n.nspowner) = 'pg_database_owner')
        )
        SELECT 'OWNER', identity, format('ALTER %s %s OWNER TO %I;', type, identity, pg_get_userbyid(owner))
        FROM statement ORDER BY stage, type, identity
        """
    }
}
