import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// The objects of one or more schemas, except for those of extensions.
struct SchemaObjects: Sendable {
    /// The schemas' names, the default one first.
    let schemas: [String]

    /// The default schema, or the first one that was asked for.
    var schema: String { schemas[0] }

    /// The objects of the schemas of these names.
    init(first: String, others: [String] = []) {
        var names = [first]
        for name in others where !names.contains(where: { $0.hasSameBytes(as: name) }) { names.append(name) }
        schemas = names
    }

    /// The objects of the default schema.
    ///
    /// - Throws: ``BackupError/noSchema``, `PostgresError`
    init(ofDefaultSchema db: borrowing some Queryable & ~Copyable, and others: [String] = []) async throws {
        let name: String? = try await db.fetchOne(catalog: "SELECT current_schema()::text", as: String?.self)
        guard let name else { throw BackupError.noSchema }
        self.init(first: name, others: others)
    }

    /// Begins a WITH list with the schemas (`home`), their objects as `pg_depend` knows them (`ours`), and those of them
    /// that are relations (`relation`). Every object that has a schema depends on it, so none is missed.
    var with: SQL {
        """
        WITH RECURSIVE home AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY(\(schemas)::text[])),
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

    /// The schemas that are not there.
    func missingSchemas(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                SELECT s.name FROM unnest(\(schemas)::text[]) AS s (name)
                WHERE NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = s.name)
                """, as: String.self)
    }

    /// What objects are called: as `pg_identify_object` writes them, and for people.
    func names(
        of ids: some Collection<ObjectID>, _ tx: borrowing Transaction
    ) async throws -> [ObjectID: (identity: String, description: String)] {
        let rows = try await tx.fetchAll(
            """
            SELECT x.class, x.oid, coalesce(i.identity, ''), coalesce(pg_describe_object(x.class::regclass, x.oid::oid, 0), '')
            FROM unnest(\(ids.map(\.catalog))::text[], \(ids.map(\.oid))::bigint[]) AS x (class, oid)
            CROSS JOIN LATERAL pg_identify_object(x.class::regclass, x.oid::oid, 0) AS i
            """, as: (String, Int64, String, String).self)
        return Dictionary(rows.map { (ObjectID($0.0, $0.1), ($0.2, $0.3)) }) { first, _ in first }
    }

    /// The schemas that objects are in; nil for those that have none.
    func schemas(of ids: some Collection<ObjectID>, _ tx: borrowing Transaction) async throws -> [ObjectID: String?] {
        let rows = try await tx.fetchAll(
            """
            SELECT x.class, x.oid, coalesce(n.nspname, i.schema)
            FROM unnest(\(ids.map(\.catalog))::text[], \(ids.map(\.oid))::bigint[]) AS x (class, oid)
            CROSS JOIN LATERAL pg_identify_object(x.class::regclass, x.oid::oid, 0) AS i
            LEFT JOIN pg_constraint k ON x.class = 'pg_constraint' AND k.oid = x.oid
            LEFT JOIN pg_class c ON c.oid = CASE x.class WHEN 'pg_class' THEN x.oid ELSE k.conrelid END
            LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
            """, as: (String, Int64, String?).self)
        return Dictionary(rows.map { (ObjectID($0.0, $0.1), $0.2) }) { first, _ in first }
    }
}
