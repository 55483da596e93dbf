import PGSchemaSQL
import PGWire

/// A constraint that the rows of a table must satisfy: unique, not null, check or foreign key.
struct RowConstraint: Sendable {
    /// `unique index items_code_key`, `items.name is not null`.
    let label: String
    let table: Int64
    /// A query that returns whether a row violates it.
    let violationQuery: String

    /// Whether the query may read a table of that name. It errs on the side of true.
    func mayName(_ table: SQLIdentifier) -> Bool {
        violationQuery.contains(bytesOf: table.text) || violationQuery.contains(bytesOf: table.quoted)
    }

    private static let ours: SQL = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"

    /// Label, table and violation query of all constraints that are valid. Existing rows may violate one that is NOT VALID.
    static let query: SQL = """
        SELECT 'unique index ' || i.indexrelid::regclass, c.oid::int8,
               format('SELECT EXISTS (SELECT FROM %s WHERE %s%s GROUP BY %s HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1)', c.oid::regclass,
                      coalesce(pg_get_expr(i.indpred, i.indrelid), 'true'),
                      CASE WHEN to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' THEN ''
                      ELSE (SELECT string_agg(' AND ' || pg_get_indexdef(i.indexrelid, k, true) || ' IS NOT NULL', '')
                            FROM generate_series(1, i.indnkeyatts) k) END,
                      (SELECT string_agg('(' || pg_get_indexdef(i.indexrelid, k, true) || ')', ', ')
                       FROM generate_series(1, i.indnkeyatts) k))
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisunique AND c.relkind IN ('r', 'p') AND \(ours)
        UNION ALL SELECT format('%s.%I is not null', c.oid::regclass, a.attname), c.oid::int8,
               format('SELECT EXISTS (SELECT FROM %s WHERE %I IS NULL)', c.oid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND \(ours)
        UNION ALL SELECT format('check %s.%s', c.oid::regclass, k.conname), c.oid::int8,
               format('SELECT EXISTS (SELECT FROM %s WHERE NOT (%s))', c.oid::regclass, pg_get_expr(k.conbin, k.conrelid))
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'c' AND k.convalidated AND \(ours)
        UNION ALL SELECT format('foreign key %s.%s', c.oid::regclass, k.conname), c.oid::int8,
               format('SELECT EXISTS (SELECT FROM %s a WHERE %s AND NOT EXISTS (SELECT FROM %s b WHERE %s))',
                      c.oid::regclass, pairs.present, k.confrelid::regclass, pairs.equal)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
            SELECT string_agg(format('a.%I IS NOT NULL', f.attname), ' AND ') AS present,
                   string_agg(format('b.%I OPERATOR(%I.%s) a.%I', t.attname, s.nspname, o.oprname, f.attname), ' AND ')
                       AS equal
            FROM unnest(k.conkey, k.confkey, k.conpfeqop) u(f, t, o)
            JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = u.f
            JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = u.t
            JOIN pg_operator o ON o.oid = u.o JOIN pg_namespace s ON s.oid = o.oprnamespace) pairs
        WHERE k.contype = 'f' AND k.convalidated AND \(ours)
        """
}
