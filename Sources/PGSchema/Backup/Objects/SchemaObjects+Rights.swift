import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// Queries for privileges. Each statement comes as a row of a VALUES list: the roles that it names, itself, and whether it is
/// about more than the schemas' objects, so that a role may lack the right to run it.
extension SchemaObjects {
    /// All statements, in their order.
    func grants(_ options: SchemaScript.Options) -> SQL {
        let keepingOwners = options.owners
        return
            """
            \(with), \(items(options)), statement (stage, place, rank, name, roles, text, isOptional) AS (
                SELECT 2, i.place, min(x.rank), coalesce(r.rolname, ''), array_remove(ARRAY[r.rolname::text], NULL),
                    format('GRANT %s ON %s TO %s%s', string_agg(x.privilege_type || i.what, ', ' ORDER BY x.privilege_type, i.what),
                        i.place, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END,
                        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END), i.isSchema
                FROM item i CROSS JOIN LATERAL aclexplode(i.acl)
                    WITH ORDINALITY AS x (grantor, grantee, privilege_type, is_grantable, rank)
                LEFT JOIN pg_roles r ON r.oid = x.grantee
                WHERE x.grantee <> i.owner AND (x.grantee = 0 OR r.oid IS NOT NULL)
                -- Of a schema, only what is not so from the beginning.
                AND NOT (i.isSchema AND EXISTS (SELECT FROM aclexplode(i.standard) s
                    WHERE s.grantee = x.grantee AND s.privilege_type = x.privilege_type AND s.is_grantable = x.is_grantable))
                GROUP BY i.place, i.isSchema, x.grantee, r.rolname, x.is_grantable, x.privilege_type = 'MAINTAIN'
                UNION ALL
                -- What the owner, or others of a schema, had from the beginning and have no more.
                SELECT 1, i.place, 0, coalesce(r.rolname, ''), CASE WHEN r.oid IS NULL OR x.grantee = i.owner AND NOT \(keepingOwners)
                        THEN '{}' ELSE ARRAY[r.rolname::text] END,
                    format('REVOKE %s ON %s FROM %s', string_agg(x.privilege_type || i.what, ', ' ORDER BY x.privilege_type, i.what), i.place,
                        CASE WHEN x.grantee = 0 THEN 'PUBLIC' WHEN x.grantee = i.owner AND NOT \(keepingOwners) THEN 'CURRENT_USER'
                            ELSE quote_ident(r.rolname) END), i.isSchema
                FROM item i CROSS JOIN LATERAL aclexplode(i.standard) x LEFT JOIN pg_roles r ON r.oid = x.grantee
                WHERE (x.grantee = i.owner OR i.isSchema) AND (x.grantee = 0 OR r.oid IS NOT NULL)
                AND NOT EXISTS (SELECT FROM aclexplode(i.acl) s
                    WHERE s.grantee = x.grantee AND s.privilege_type = x.privilege_type)
                GROUP BY i.place, i.isSchema, i.owner, x.grantee, r.oid, r.rolname, x.privilege_type = 'MAINTAIN'
                UNION ALL
                \(defaultPrivileges)
            )
            SELECT format('(%L::text[], %L, %L::boolean)', roles, text, isOptional) FROM statement
            -- Default privileges come last, and are for what is created later. Roles come in the order of what they were granted.
            ORDER BY stage, place, rank, cardinality(roles) = 0 DESC, name, text LIKE '%MAINTAIN%', text
            """
    }

    /// All that has privileges: place, what it has, what it has from the beginning, its owner, a column.
    private func items(_ options: SchemaScript.Options) -> SQL {
        """
        item (place, acl, standard, owner, what, isSchema) AS (
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass,
                coalesce(c.relacl, x.standard), x.standard, c.relowner, '', false
            FROM relation c CROSS JOIN LATERAL
                acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS x (standard)
            UNION ALL
            SELECT 'TABLE ' || c.oid::regclass, a.attacl, NULL, c.relowner, format(' (%I)', a.attname), false
            FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
            UNION ALL
            SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure,
                coalesce(p.proacl, x.standard), x.standard, p.proowner, '', false
            FROM pg_proc p JOIN ours o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
            CROSS JOIN LATERAL acldefault('f', p.proowner) AS x (standard)
            WHERE NOT EXISTS (SELECT FROM pg_depend i
                WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
            UNION ALL
            SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || t.oid::regtype,
                coalesce(t.typacl, x.standard), x.standard, t.typowner, '', false
            FROM pg_type t JOIN ours o ON o.classid = 'pg_type'::regclass AND o.objid = t.oid
            CROSS JOIN LATERAL acldefault('T', t.typowner) AS x (standard)
            WHERE t.typtype <> 'm' AND t.typisdefined
            UNION ALL
            SELECT format('LARGE OBJECT %s', m.oid), coalesce(m.lomacl, x.standard), x.standard, m.lomowner, '', false
            FROM pg_largeobject_metadata m CROSS JOIN LATERAL acldefault('L', m.lomowner) AS x (standard)
            WHERE \(options.largeObjects)
            UNION ALL
            SELECT format('SCHEMA %I', n.nspname), coalesce(n.nspacl, x.standard), coalesce((
                    SELECT i.initprivs FROM pg_init_privs i
                    WHERE i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid AND i.objsubid = 0), x.standard),
                n.nspowner, '', true
            FROM pg_namespace n JOIN home h ON h.oid = n.oid CROSS JOIN LATERAL acldefault('n', n.nspowner) AS x (standard)
        )
        """
    }

    /// What roles grant on what they create later, in the schemas and everywhere.
    private var defaultPrivileges: SQL {
        """
        SELECT y.stage, format('%s%s', a.defaclobjtype, n.nspname), min(y.rank), o.rolname,
            array_remove(ARRAY[o.rolname::text, r.rolname::text], NULL),
            format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s %s %s ON %s %s %s%s', o.rolname, ' IN SCHEMA ' || quote_ident(n.nspname),
                CASE y.stage WHEN 3 THEN 'REVOKE' ELSE 'GRANT' END, string_agg(y.privilege_type, ', ' ORDER BY y.privilege_type),
                CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                    WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
                CASE y.stage WHEN 3 THEN 'FROM' ELSE 'TO' END,
                CASE y.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END,
                CASE WHEN y.stage = 4 AND y.is_grantable THEN ' WITH GRANT OPTION' END), true
        FROM pg_default_acl a JOIN pg_roles o ON o.oid = a.defaclrole LEFT JOIN home n ON n.oid = a.defaclnamespace
        -- Those of a schema are added to those that are everywhere, which take the place of the server's.
        CROSS JOIN LATERAL (SELECT CASE a.defaclnamespace WHEN 0 THEN acldefault(
            CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END::"char", a.defaclrole) END) AS b (standard)
        CROSS JOIN LATERAL (
            SELECT 3 AS stage, x.grantee, x.privilege_type, false AS is_grantable, 0 AS rank FROM aclexplode(b.standard) x
            WHERE NOT EXISTS (SELECT FROM aclexplode(a.defaclacl) s
                WHERE s.grantee = x.grantee AND s.privilege_type = x.privilege_type)
            UNION ALL
            SELECT 4, x.grantee, x.privilege_type, x.is_grantable, x.rank FROM aclexplode(a.defaclacl)
                WITH ORDINALITY AS x (grantor, grantee, privilege_type, is_grantable, rank)
            WHERE NOT EXISTS (SELECT FROM aclexplode(b.standard) s WHERE s.grantee = x.grantee
                AND s.privilege_type = x.privilege_type AND s.is_grantable = x.is_grantable)
        ) AS y LEFT JOIN pg_roles r ON r.oid = y.grantee
        WHERE (a.defaclnamespace = 0 OR n.oid IS NOT NULL) AND (y.grantee = 0 OR r.oid IS NOT NULL)
        GROUP BY y.stage, a.defaclobjtype, n.nspname, o.rolname, r.rolname, y.grantee, y.is_grantable
        """
    }

    /// Revokes the default privileges of the restoring database, and grants the privileges that there were.
    ///
    /// - Parameter grants: a query for what ``grants(_:)`` says.
    func rightsScript(grants: String) -> String {
        let home = "SELECT oid FROM pg_namespace WHERE nspname IN (\(schemas.map(\.asLiteral).joined(separator: ", ")))"
        return """

            -- Rights as they were, whatever the default privileges are here.
            DECLARE
                r record;
                said text[] := '{}';
            BEGIN
                FOR r IN
                    SELECT DISTINCT i.place, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS grantee
                    FROM (
                        SELECT 'pg_class'::regclass, c.oid,
                            CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass, c.relacl, c.relowner
                        FROM pg_class c WHERE c.relnamespace IN (\(home)) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
                        UNION ALL
                        SELECT 'pg_proc'::regclass, p.oid,
                            CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure,
                            coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
                        FROM pg_proc p WHERE p.pronamespace IN (\(home))
                        UNION ALL
                        SELECT 'pg_type'::regclass, t.oid, CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || t.oid::regtype,
                            coalesce(t.typacl, acldefault('T', t.typowner)), t.typowner
                        FROM pg_type t LEFT JOIN pg_class y ON y.oid = t.typrelid
                        WHERE t.typnamespace IN (\(home)) AND t.typtype <> 'm' AND t.typisdefined AND coalesce(y.relkind = 'c', true)
                        AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
                    ) AS i (classid, oid, place, acl, owner) CROSS JOIN LATERAL aclexplode(i.acl) x
                    WHERE x.grantee <> i.owner AND NOT EXISTS (
                        SELECT FROM pg_depend e WHERE e.classid = i.classid AND e.objid = i.oid
                        AND (e.deptype = 'e' OR e.deptype = 'i' AND e.objsubid = 0 AND i.classid = 'pg_proc'::regclass))
                LOOP
                    EXECUTE format('REVOKE ALL ON %s FROM %s', r.place, r.grantee);
                END LOOP;
                FOR r IN SELECT * FROM (\(grants)) AS g (roles, statement, is_optional) LOOP
                    -- Before PostgreSQL 17 there is no such right, so nobody can lack it.
                    CONTINUE WHEN r.statement ~ '^(GRANT|REVOKE) MAINTAIN ON '
                        AND current_setting('server_version_num')::int < 170000;
                    IF EXISTS (SELECT unnest(r.roles) EXCEPT SELECT rolname::text FROM pg_roles) THEN
                        RAISE WARNING 'a role of % is not here, so this was left out: %', r.roles, r.statement;
                    ELSIF r.is_optional THEN
                        BEGIN
                            EXECUTE r.statement;
                        EXCEPTION WHEN insufficient_privilege THEN
                            -- The first of those about a role says enough.
                            IF NOT coalesce(r.roles[1], r.statement) = ANY(said) THEN
                                RAISE WARNING '%, so this was left out: %', SQLERRM, r.statement;
                            END IF;
                            said := said || coalesce(r.roles[1], r.statement);
                        END;
                    ELSE
                        EXECUTE r.statement;
                    END IF;
                END LOOP;
            END
            """ + "\n"
    }
}
