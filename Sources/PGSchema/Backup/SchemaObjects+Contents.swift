import PGSchemaCatalog
import PGWire

/// Queries for rows, sequence values and privileges.
extension SchemaObjects {
    /// Objects that a backup does not support, by their descriptions.
    var unsupported: SQL {
        """
        \(with) SELECT pg_describe_object(o.classid, o.objid, 0) || coalesce(why, '')
        FROM ours o
        LEFT JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid
        LEFT JOIN pg_proc p ON o.classid = 'pg_proc'::regclass AND p.oid = o.objid
        LEFT JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid
        CROSS JOIN LATERAL (SELECT CASE
            WHEN c.relkind = 'p' THEN ' (partitioned)'
            WHEN c.relkind = 'f' THEN ' (on a foreign server)'
            WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent)) THEN ' (inherits or is inherited)'
            WHEN c.reloftype <> 0 THEN ' (made of a type)'
            WHEN c.relkind IN ('r', 'm') AND c.relam <> (SELECT oid FROM pg_am WHERE amname = 'heap')
                THEN ' (kept by another access method than heap)'
            WHEN p.prokind = 'a' THEN ' (aggregate)'
            WHEN t.typtype = 'r' THEN ' (range)'
            WHEN t.typtype = 'b' THEN ' (base type)'
            WHEN c.relkind IN ('r', 'S', 'v', 'm') OR p.oid IS NOT NULL OR t.oid IS NOT NULL THEN NULL
            WHEN o.classid = 'pg_statistic_ext'::regclass THEN NULL
            ELSE '' END) AS x (why)
        WHERE why IS NOT NULL
        ORDER BY 1
        """
    }

    /// Tables: name, columns that are not generated, estimated rows, size in bytes.
    var tableData: SQL {
        """
        \(with) SELECT c.oid::regclass::text,
            ARRAY(SELECT quote_ident(a.attname) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                ORDER BY a.attnum),
            c.reltuples::bigint, pg_table_size(c.oid)
        FROM relation c WHERE c.relkind = 'r'
        ORDER BY 1
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
                \(with) SELECT format('%I.%I', h.nspname, c.relname) FROM relation c, home h WHERE c.relkind = 'r' ORDER BY 1
                """, as: String.self)
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

    /// Objects with another owner than most, which a backup does not keep: one sentence for each owner.
    func otherOwners(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                \(with), owned AS (
                    SELECT coalesce(c.relowner, p.proowner, t.typowner, s.stxowner) AS owner,
                        pg_describe_object(o.classid, o.objid, 0) AS object
                    FROM ours o
                    LEFT JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid
                    LEFT JOIN pg_proc p ON o.classid = 'pg_proc'::regclass AND p.oid = o.objid
                    LEFT JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid
                    LEFT JOIN pg_statistic_ext s ON o.classid = 'pg_statistic_ext'::regclass AND s.oid = o.objid
                )
                SELECT format('not in the backup: that %I owns %s%s', pg_get_userbyid(owner), min(object),
                    CASE WHEN count(*) > 1 THEN format(' and %s more', count(*) - 1) END)
                FROM owned WHERE owner <> (SELECT mode() WITHIN GROUP (ORDER BY owner) FROM owned)
                GROUP BY owner ORDER BY 1
                """, as: String.self)
    }

    /// `('role', 'GRANT …')` for each privilege of a role other than the owner. The role `-` is PUBLIC.
    var grants: SQL {
        """
        \(with), item (place, acl, owner, what) AS (
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass,
                coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)),
                c.relowner, ''
            FROM relation c
            UNION ALL
            SELECT 'TABLE ' || c.oid::regclass, a.attacl, c.relowner, format(' (%I)', a.attname)
            FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
            UNION ALL
            SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure,
                coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner, ''
            FROM pg_proc p JOIN ours o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
            UNION ALL
            SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || t.oid::regtype,
                coalesce(t.typacl, acldefault('T', t.typowner)), t.typowner, ''
            FROM pg_type t JOIN ours o ON o.classid = 'pg_type'::regclass AND o.objid = t.oid
        )
        SELECT format('(%L, %L)', CASE x.grantee WHEN 0 THEN '-' ELSE r.rolname END,
            format('GRANT %s ON %s TO %s%s', string_agg(x.privilege_type || i.what, ', ' ORDER BY x.privilege_type),
                i.place, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END,
                CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END))
        FROM item i CROSS JOIN LATERAL aclexplode(i.acl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
        WHERE x.grantee <> i.owner AND (x.grantee = 0 OR r.oid IS NOT NULL)
        GROUP BY i.place, x.grantee, r.rolname, x.is_grantable, x.privilege_type = 'MAINTAIN'
        ORDER BY i.place, x.grantee = 0 DESC, r.rolname, x.privilege_type = 'MAINTAIN'
        """
    }

    /// Revokes the default privileges of the restoring database, and grants the privileges that there were.
    ///
    /// - Parameters:
    ///   - grants: a query for roles and GRANT statements.
    ///   - schema: the schema's name as a literal.
    func rightsScript(grants: String, schema: String) -> String {
        """
        -- Rights as they were, whatever the default privileges are here.
        DECLARE
            r record;
        BEGIN
            FOR r IN
                SELECT DISTINCT i.place, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS grantee
                FROM (
                    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass, c.relacl, c.relowner
                    FROM pg_class c
                    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = \(schema))
                    AND c.relkind IN ('r', 'v', 'm', 'S')
                    AND NOT EXISTS (SELECT FROM pg_depend e
                        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
                    UNION ALL
                    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure,
                        coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
                    FROM pg_proc p
                    WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = \(schema))
                    AND NOT EXISTS (SELECT FROM pg_depend e
                        WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
                    UNION ALL
                    SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || t.oid::regtype,
                        coalesce(t.typacl, acldefault('T', t.typowner)), t.typowner
                    FROM pg_type t LEFT JOIN pg_class y ON y.oid = t.typrelid
                    WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = \(schema))
                    AND (t.typtype IN ('e', 'd') OR y.relkind = 'c')
                    AND NOT EXISTS (SELECT FROM pg_depend e
                        WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
                ) AS i (place, acl, owner) CROSS JOIN LATERAL aclexplode(i.acl) x
                WHERE x.grantee <> i.owner
            LOOP
                EXECUTE format('REVOKE ALL ON %s FROM %s', r.place, r.grantee);
            END LOOP;
            FOR r IN SELECT * FROM (\(grants)) AS g (role, statement) LOOP
                -- Before PostgreSQL 17 there is no such right, so nobody can lack it.
                CONTINUE WHEN r.statement LIKE 'GRANT MAINTAIN ON %'
                    AND current_setting('server_version_num')::int < 170000;
                IF r.role = '-' OR EXISTS (SELECT FROM pg_roles WHERE rolname = r.role) THEN
                    EXECUTE r.statement;
                ELSE
                    RAISE WARNING 'the role % is not here, so this was left out: %', r.role, r.statement;
                END IF;
            END LOOP;
        END
        """ + "\n"
    }
}
