import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// The live schema's name, and the search path around it.
struct SearchPath {
    let schema: String
    /// The other schemas of the search path, quoted and separated by commas.
    let others: String
    /// The same for a scratch schema. It includes the live schema if that has objects other than tables and enums, which the
    /// scratch schema may need.
    let othersForScratch: String
    /// The server's major version.
    let major: Int

    static func current(_ tx: borrowing Transaction) async throws -> SearchPath {
        let (schema, others, hasMore, version) = try await tx.fetchOne(
            catalog: """
                SELECT current_schema()::text,
                       coalesce((SELECT string_agg(quote_ident(s), ', ' ORDER BY place)
                                 FROM unnest(current_schemas(false)) WITH ORDINALITY AS p (s, place)
                                 WHERE s <> current_schema()), ''),
                       EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid)
                       OR EXISTS (SELECT FROM pg_type WHERE typnamespace = n.oid AND typtype IN ('d', 'r', 'm', 'b')
                                  AND typelem = 0)
                       OR EXISTS (SELECT FROM pg_collation WHERE collnamespace = n.oid)
                       OR EXISTS (SELECT FROM pg_class c WHERE relnamespace = n.oid AND (relkind = 'c' OR relkind = 'S'
                           AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
                                           AND objid = c.oid AND deptype IN ('a', 'i')))),
                       current_setting('server_version_num')::integer
                FROM (SELECT 1) AS one LEFT JOIN pg_namespace n ON n.nspname = current_schema()
                """, as: (String?, String, Bool, Int32).self)
        guard let schema else { throw SchemaComparisonError.noSchema }
        let more = hasMore ? [others, schema.quoted].filter { !$0.isEmpty }.joined(separator: ", ") : others
        return SearchPath(schema: schema, others: others, othersForScratch: more, major: Int(version / 10000))
    }
}
