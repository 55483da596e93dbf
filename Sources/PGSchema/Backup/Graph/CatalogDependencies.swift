import PGWire

/// The dependencies between all objects of the database that are not the server's own.
struct CatalogDependencies: Sendable {
    /// What each part belongs to: the column of a default, the type of an array, the extension of a member.
    private var owners: [ObjectID: ObjectID] = [:]
    /// What each object needs, by its root.
    private(set) var needs: [ObjectID: [ObjectGraph.Need]] = [:]

    init(_ tx: borrowing Transaction) async throws {
        for (table, oid, ownerTable, owner) in try await tx.fetchAll(
            Self.ownership, as: (String, Int64, String, Int64).self)
        {
            let part = ObjectID(table, oid)
            if owners[part] == nil { owners[part] = ObjectID(ownerTable, owner) }
        }
        for (table, oid, targetTable, target) in try await tx.fetchAll(
            Self.dependencies, as: (String, Int64, String, Int64).self)
        {
            let source = ObjectID(table, oid)
            needs[root(of: source), default: []].append(.init(target: ObjectID(targetTable, target), source: source))
        }
    }

    /// The object that an object is a part of, or itself.
    func root(of id: ObjectID) -> ObjectID {
        var id = id
        // Ends, whatever a catalog says.
        for _ in 0..<16 {
            guard let owner = owners[id] else { return id }
            id = owner
        }
        return id
    }

    /// All parts, by the object that they are a part of.
    func parts() -> [ObjectID: [ObjectID]] { Dictionary(grouping: owners.keys, by: root(of:)) }

    /// Members of extensions come first: what an extension brings is created with it. (The columns of a partition key are parts of
    /// their own table, which is nothing to know here.)
    private static let ownership: SQL = """
        SELECT classid::regclass::text, objid::bigint, refclassid::regclass::text, refobjid::bigint
        FROM (
            SELECT 1 AS rank, classid, objid, refclassid, refobjid FROM pg_depend WHERE deptype = 'e'
            UNION ALL
            SELECT 2, classid, objid, refclassid, refobjid FROM pg_depend WHERE deptype = 'i' AND objsubid = 0
            UNION ALL
            SELECT 3, 'pg_attrdef'::regclass, oid, 'pg_class'::regclass, adrelid FROM pg_attrdef
            UNION ALL
            SELECT 3, 'pg_constraint'::regclass, oid, 'pg_type'::regclass, contypid FROM pg_constraint WHERE contypid <> 0
            UNION ALL
            SELECT 3, 'pg_constraint'::regclass, oid, 'pg_class'::regclass, conrelid FROM pg_constraint WHERE contype = 'n'
            UNION ALL
            SELECT 4, classid, objid, refclassid, refobjid FROM pg_depend
            WHERE classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
            AND refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass) AND deptype = 'a'
        ) AS x
        WHERE objid >= 16384 ORDER BY rank
        """

    /// Objects below 16384 are those of initdb. An owned sequence needs no column to be created.
    private static let dependencies: SQL = """
        SELECT d.classid::regclass::text, d.objid::bigint, d.refclassid::regclass::text, d.refobjid::bigint
        FROM pg_depend d
        LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
        WHERE d.objid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'x')
        AND (d.refobjid >= 16384 OR d.refclassid = 'pg_namespace'::regclass)
        AND NOT (d.deptype = 'a' AND c.relkind = 'S')
        """
}
