import PGSchemaCatalog
import PGWire

/// The objects of a schema, except for those of extensions.
struct SchemaObjects: Sendable {
    /// The schema's name.
    let schema: String

    /// The objects of the default schema.
    ///
    /// - Throws: ``BackupError/noSchema``, `PostgresError`
    init(ofDefaultSchema db: borrowing some Queryable & ~Copyable) async throws {
        let name: String? = try await db.fetchOne(catalog: "SELECT current_schema()::text", as: String?.self)
        guard let name else { throw BackupError.noSchema }
        schema = name
    }

    /// Begins a WITH list with the schema (`home`), its objects as `pg_depend` knows them (`ours`), and those of them
    /// that are relations (`relation`). Every object that has a schema depends on it, so none is missed.
    var with: SQL {
        """
        WITH RECURSIVE home AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = \(schema)::text),
        ours AS (
            SELECT d.classid, d.objid FROM pg_depend d, home h
            WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = h.oid AND d.deptype = 'n'
            AND d.classid <> 'pg_extension'::regclass
            AND NOT EXISTS (
                SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
        ),
        relation AS (
            SELECT c.* FROM pg_class c JOIN ours o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
        )
        """
    }

    /// The objects for people: `table public.player`.
    func descriptions(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: "\(with) SELECT pg_describe_object(classid, objid, 0) FROM ours ORDER BY 1", as: String.self)
    }

    /// Objects of other schemas that would be dropped too, by their descriptions.
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
                FROM gone g CROSS JOIN home h
                LEFT JOIN pg_rewrite w ON g.classid = 'pg_rewrite'::regclass AND w.oid = g.objid
                LEFT JOIN pg_attrdef a ON g.classid = 'pg_attrdef'::regclass AND a.oid = g.objid
                LEFT JOIN pg_constraint k ON g.classid = 'pg_constraint'::regclass AND k.oid = g.objid
                LEFT JOIN pg_trigger t ON g.classid = 'pg_trigger'::regclass AND t.oid = g.objid
                LEFT JOIN pg_policy p ON g.classid = 'pg_policy'::regclass AND p.oid = g.objid
                LEFT JOIN pg_class c ON c.oid = coalesce(w.ev_class, a.adrelid, nullif(k.conrelid, 0), t.tgrelid, p.polrelid,
                    CASE g.classid WHEN 'pg_class'::regclass THEN g.objid END)
                LEFT JOIN pg_type y
                    ON y.oid = coalesce(k.contypid, CASE g.classid WHEN 'pg_type'::regclass THEN g.objid END)
                LEFT JOIN pg_namespace n ON n.oid = coalesce(c.relnamespace, y.typnamespace,
                    to_regnamespace((pg_identify_object(g.classid, g.objid, 0)).schema)::oid)
                WHERE NOT coalesce(t.tgisinternal, false) AND g.classid <> 'pg_publication_rel'::regclass
                AND coalesce(n.oid <> h.oid AND n.nspname !~ '^pg_toast', g.classid <> 'pg_trigger'::regclass)
                ORDER BY 1
                """, as: String.self)
    }

    /// `table users in publication p`, for each table that a publication names. Publications are not part of the schema.
    func publications(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                \(with) SELECT format('table %s in publication %I', r.prrelid::regclass, p.pubname)
                FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN relation c ON c.oid = r.prrelid
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
                    CASE i.type WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(i.type) END, i.identity)
                FROM ours o CROSS JOIN LATERAL pg_identify_object(o.classid, o.objid, 0) i
                WHERE NOT EXISTS (
                    SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'i')
                """, as: String.self)
        // No notices about what CASCADE drops.
        let quiet = "SET LOCAL client_min_messages = warning;\n"
        if !statements.isEmpty { try await tx.execute(script: quiet + statements.joined(separator: ";\n")) }
    }
}
