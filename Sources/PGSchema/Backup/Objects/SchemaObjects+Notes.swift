import PGSchemaCatalog
import PGWire

extension SchemaObjects {
    /// What a backup does not hold although something of it hangs on the schemas, one sentence each.
    func notHeld(_ tx: borrowing Transaction) async throws -> [String] {
        try await tx.fetchAll(
            catalog: """
                \(with), item (text) AS (
                    SELECT format('that %s is in the tablespace %I', pg_describe_object('pg_class'::regclass, c.oid, 0), s.spcname)
                    FROM relation c JOIN pg_tablespace s ON s.oid = c.reltablespace
                    UNION ALL
                    SELECT format('that %s is in the tablespace %I', pg_describe_object('pg_class'::regclass, x.oid, 0), s.spcname)
                    FROM relation c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
                    JOIN pg_tablespace s ON s.oid = x.reltablespace
                    UNION ALL
                    SELECT format('the security label of %s for %s', pg_describe_object(l.classoid, l.objoid, l.objsubid), l.provider)
                    FROM pg_seclabel l JOIN ours o ON o.classid = l.classoid AND o.objid = l.objoid
                    UNION ALL
                    SELECT format('the subscription %I, which fills table %s', s.subname, c.oid::regclass)
                    FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid JOIN relation c ON c.oid = r.srrelid
                    UNION ALL
                    -- Only the extension knows which of its rows are its own.
                    SELECT format('rows of the extension %I''s table %I.%I beyond those that it brings', e.extname, n.nspname, c.relname)
                    FROM pg_extension e CROSS JOIN LATERAL unnest(e.extconfig) AS x (oid)
                    JOIN pg_class c ON c.oid = x.oid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE e.extnamespace IN (SELECT oid FROM home) AND pg_relation_size(c.oid) > 0
                )
                SELECT 'not in the backup: ' || text FROM item ORDER BY 1
                """, as: String.self)
    }
}
