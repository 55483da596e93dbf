import PGSchemaCatalog
import PGWire

extension SchemaObjects {
    /// Objects of other schemas that would be dropped too, by their descriptions.
    ///
    /// Casts and event triggers have no schema; they are in a backup when their type or function is.
    func externalDependents(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                \(with), gone (classid, objid, objsubid) AS (
                    SELECT classid, objid, 0 FROM ours
                    UNION
                    SELECT d.classid, d.objid, d.objsubid FROM gone g
                    JOIN pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid
                    WHERE g.objsubid = 0 OR g.objsubid = d.refobjsubid
                )
                SELECT DISTINCT pg_describe_object(g.classid, g.objid, g.objsubid)
                FROM gone g
                LEFT JOIN pg_rewrite w ON g.classid = 'pg_rewrite'::regclass AND w.oid = g.objid
                LEFT JOIN pg_attrdef a ON g.classid = 'pg_attrdef'::regclass AND a.oid = g.objid
                LEFT JOIN pg_constraint k ON g.classid = 'pg_constraint'::regclass AND k.oid = g.objid
                LEFT JOIN pg_trigger t ON g.classid = 'pg_trigger'::regclass AND t.oid = g.objid
                LEFT JOIN pg_policy p ON g.classid = 'pg_policy'::regclass AND p.oid = g.objid
                LEFT JOIN pg_amop ao ON g.classid = 'pg_amop'::regclass AND ao.oid = g.objid
                LEFT JOIN pg_amproc ap ON g.classid = 'pg_amproc'::regclass AND ap.oid = g.objid
                LEFT JOIN pg_opfamily f ON f.oid = coalesce(ao.amopfamily, ap.amprocfamily)
                LEFT JOIN pg_class c ON c.oid = coalesce(w.ev_class, a.adrelid, nullif(k.conrelid, 0), t.tgrelid, p.polrelid,
                    CASE g.classid WHEN 'pg_class'::regclass THEN g.objid END)
                LEFT JOIN pg_type y
                    ON y.oid = coalesce(k.contypid, CASE g.classid WHEN 'pg_type'::regclass THEN g.objid END)
                LEFT JOIN pg_namespace n ON n.oid = coalesce(c.relnamespace, y.typnamespace, f.opfnamespace,
                    to_regnamespace((pg_identify_object(g.classid, g.objid, 0)).schema)::oid)
                WHERE NOT coalesce(t.tgisinternal, false)
                AND g.classid NOT IN ('pg_publication_rel'::regclass, 'pg_cast'::regclass, 'pg_event_trigger'::regclass)
                AND coalesce(n.oid NOT IN (SELECT oid FROM home) AND n.nspname !~ '^pg_toast',
                    g.classid <> 'pg_trigger'::regclass)
                ORDER BY 1
                """, as: String.self)
    }

    /// Drops all objects, in the caller's transaction. Parts of others, such as an identity column's sequence, are dropped with
    /// those.
    ///
    /// - Throws: ``BackupError/hasDependents(_:)`` when an object of another schema would be dropped too; `PostgresError`
    func drop(_ tx: borrowing Transaction) async throws {
        let others = try await externalDependents(tx)
        guard others.isEmpty else { throw BackupError.hasDependents(others) }
        let statements = try await tx.fetchAll(
            catalog: """
                \(with) SELECT format('DROP %s IF EXISTS %s CASCADE',
                    CASE i.type WHEN 'statistics object' THEN 'STATISTICS'
                        -- For one without arguments, DROP AGGREGATE wants a star.
                        WHEN 'aggregate' THEN 'ROUTINE' ELSE upper(i.type) END, i.identity)
                FROM ours o CROSS JOIN LATERAL pg_identify_object(o.classid, o.objid, 0) i
                WHERE NOT EXISTS (
                    SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'i' AND d.objsubid = 0)
                """, as: String.self)
        // No notices about what CASCADE drops.
        let quiet = "SET LOCAL client_min_messages = warning;\n"
        if !statements.isEmpty { try await tx.execute(script: quiet + statements.joined(separator: ";\n")) }
    }
}
