import PGSchemaSQL
package import PGWire

/// The contents of all schemas of a database, as the server describes them.
package struct CatalogSnapshot: Sendable, Equatable {
    /// The definitions, by kind and name: `index ix_users_email`.
    package let entries: [SQLIdentifier: String]

    /// Reads the catalog.
    ///
    /// - Parameter schemas: the schemas to read, without owners, privileges and what belongs to the whole database; nil for all.
    /// - Throws: `PostgresError`
    package init(_ db: borrowing some Queryable & ~Copyable, schemas: [String]? = nil) async throws {
        let queries = Queries(schemas: schemas)
        let parts = try await db.pipeline { p in
            try queries.all.map { try p.fetchAll(catalog: $0, as: (String, String?).self) }
        }
        entries = Dictionary(parts.joined().map { (SQLIdentifier($0.0), $0.1 ?? "") }) { first, _ in first }
    }

    package enum Difference: Sendable, Equatable {
        case added(String)
        case missing(String)
        case changed(String, from: String, to: String)

        package var name: String {
            switch self {
            case .added(let name), .missing(let name), .changed(let name, _, _): name
            }
        }
    }

    /// The differences in `other`, in the order of the names.
    package func differences(to other: CatalogSnapshot) -> [Difference] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { name in
            switch (entries[name], other.entries[name]) {
            case (nil, _?): .added(name.text)
            case (_?, nil): .missing(name.text)
            case (let from?, let to?) where !from.hasSameBytes(as: to): .changed(name.text, from: from, to: to)
            default: nil
            }
        }
    }

    /// The differences without the parts of tables that were added or are missing as a whole.
    package static func withoutParts(_ differences: [Difference]) -> [Difference] {
        let tables = differences.compactMap { difference -> String? in
            if case .changed = difference { return nil }
            return difference.name.utf8.starts(with: "table ".utf8) ? String(difference.name.utf8.dropFirst(6)) : nil
        }
        return differences.filter { difference in
            !tables.contains { table in
                difference.name.hasSameBytes(as: "columns of \(table)")
                    || ["column", "constraint", "trigger"].contains {
                        difference.name.utf8.starts(with: "\($0) \(table).".utf8)
                    }
            }
        }
    }
}

/// Queries for names and definitions.
private struct Queries {
    private let ours: SQL
    /// For a table's definition.
    private let owner: SQL
    /// Which constraints count.
    private let own: SQL
    /// Of a table's columns.
    private let order: SQL
    private let isWhole: Bool

    init(schemas: [String]?) {
        isWhole = schemas == nil
        guard let schemas else {
            ours = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
            owner = "'owner ' || c.relowner::regrole"
            own = "true"
            order = "a.attnum"
            return
        }
        ours = "n.nspname = ANY (\(schemas)::text[])"
        owner = "NULL"
        // Whether those of a child that are its parent's too are validated hangs on which of the tables was there first.
        own = "k.conislocal"
        // No statement brings a child's columns back into an order that came of columns that its parent got later.
        order = "CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid) THEN a.attname END, a.attnum"
    }

    var all: [SQL] { isWhole ? ofSchemas + ofDatabase : ofSchemas }

    private var ofSchemas: [SQL] {
        [
            """
            SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || c.oid::regclass,
                   concat_ws(' ', c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
                             \(owner), 'replica identity ' || nullif(c.relreplident::text, 'd'),
                             pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
                             CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND \(ours)
            """,
            """
            SELECT format('column %s.%s', c.oid::regclass, a.attname),
                   concat_ws(' ', format_type(a.atttypid, a.atttypmod), 'collate ' || nullif(a.attcollation, t.typcollation)::regcollation,
                             CASE WHEN a.attnotnull THEN 'not null' END, 'default ' || pg_get_expr(d.adbin, d.adrelid),
                             'identity ' || nullif(a.attidentity::text, ''),
                             'generated ' || nullif(a.attgenerated::text, ''),
                             'storage ' || nullif(a.attstorage::text, t.typstorage::text),
                             'compression ' || nullif(a.attcompression::text, ''),
                             'statistics ' || nullif(a.attstattarget::int, -1), a.attoptions)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relkind IN ('r', 'p', 'f', 'c') AND \(ours)
            """,
            """
            SELECT 'columns of ' || c.oid::regclass, string_agg(quote_ident(a.attname), ', ' ORDER BY \(order))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p', 'f') AND \(ours) GROUP BY c.oid
            """,
            """
            SELECT 'index ' || c.oid::regclass, concat_ws(' ', pg_get_indexdef(c.oid), CASE WHEN NOT i.indisvalid THEN 'invalid' END,
                             CASE WHEN i.indisclustered THEN 'clustered' END, CASE WHEN i.indisreplident THEN 'replica identity' END)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE \(ours)
            """,
            """
            SELECT format('constraint %s.%s', coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text),
                          k.conname), pg_get_constraintdef(k.oid)
            FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.contype NOT IN ('n', 't') AND \(own) AND \(ours)
            """,
            """
            SELECT 'type ' || t.oid::regtype,
                   concat_ws(' ', t.typtype, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                             FROM pg_enum e WHERE e.enumtypid = t.oid), format_type(nullif(t.typbasetype, 0), t.typtypmod),
                             CASE WHEN t.typnotnull THEN 'not null' END,
                             coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault))
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
            WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND \(ours)
            """,
            """
            SELECT 'sequence ' || c.oid::regclass,
                   concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
                             s.seqcache, 'owned by ' || d.refobjid::regclass || '.' || a.attname)
            FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
            LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE \(ours)
            """,
            """
            SELECT 'function ' || p.oid::regprocedure, CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                              AND d.deptype IN ('e', 'i')) AND \(ours)
            """,
            """
            SELECT format('trigger %s.%s', t.tgrelid::regclass, t.tgname), pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT t.tgisinternal AND \(ours)
            """,
            """
            SELECT format('policy %s.%s', p.polrelid::regclass, p.polname),
                   concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid),
                             pg_get_expr(p.polwithcheck, p.polrelid))
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE \(ours)
            """,
            """
            SELECT format('rule %s.%s', r.ev_class::regclass, r.rulename), pg_get_ruledef(r.oid)
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE r.rulename <> '_RETURN' AND \(ours)
            """,
            """
            SELECT 'comment on ' || i.type || ' ' || i.identity, d.description
            FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i JOIN pg_namespace n ON n.nspname = i.schema
            WHERE d.objoid >= 16384 AND \(ours)
            """,
            """
            SELECT 'statistics ' || n.nspname || '.' || s.stxname, pg_get_statisticsobjdef(s.oid)
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE \(ours)
            """,
        ]
    }

    private var ofDatabase: [SQL] {
        [
            "SELECT 'schema ' || quote_ident(n.nspname), NULL FROM pg_namespace n WHERE \(ours)",
            "SELECT 'extension ' || e.extname, e.extversion FROM pg_extension e",
            // Default privileges are left out, so that a new object is not reported twice.
            """
            SELECT 'privileges on ' || o.name,
                   (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(coalesce(o.acl, o.usual)) x)
            FROM (SELECT c.oid::regclass::text, c.relnamespace, c.relacl,
                         acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner)
                  FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
                  UNION ALL SELECT c.oid::regclass || '.' || a.attname, c.relnamespace, a.attacl, '{}'
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl <> '{}'
                  UNION ALL SELECT p.oid::regprocedure::text, p.pronamespace, p.proacl, acldefault('f', p.proowner) FROM pg_proc p
                  UNION ALL SELECT t.oid::regtype::text, t.typnamespace, t.typacl, acldefault('T', t.typowner) FROM pg_type t
                  UNION ALL SELECT 'schema ' || quote_ident(s.nspname), s.oid, s.nspacl, acldefault('n', s.nspowner)
                  FROM pg_namespace s WHERE s.nspname <> 'public'
                 ) o(name, namespace, acl, usual) JOIN pg_namespace n ON n.oid = o.namespace
            WHERE NOT (coalesce(o.acl, o.usual) @> o.usual AND coalesce(o.acl, o.usual) <@ o.usual) AND \(ours)
            """,
            """
            SELECT format('default privileges of %s on %s in %s', d.defaclrole::regrole, d.defaclobjtype,
                          coalesce(n.nspname, 'all schemas')),
                   (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(d.defaclacl) x)
            FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
            """,
            """
            SELECT 'publication ' || p.pubname,
                   concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,
                             (SELECT string_agg(r.prrelid::regclass::text, ', ' ORDER BY r.prrelid::regclass::text)
                              FROM pg_publication_rel r WHERE r.prpubid = p.oid))
            FROM pg_publication p
            """,
        ]
    }
}
