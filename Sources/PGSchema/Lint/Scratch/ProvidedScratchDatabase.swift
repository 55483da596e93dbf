import PGSchemaCatalog
import PGWire

/// An empty database that the user provides as a scratch database.
///
/// A schema marks it while it is used, so that the next run recognizes and drops what a killed one has left.
struct ProvidedScratchDatabase {
    private let configuration: Connection.Configuration

    private static let marker = "pgschema_scratch"
    /// The key of an advisory lock that a session holds from beginning to end: "pgscratc" in ASCII.
    private static let lock: Int64 = 0x7067_7363_7261_7463

    init(_ configuration: Connection.Configuration) { self.configuration = configuration }

    /// Runs `body` and empties the database, also when the task was cancelled.
    ///
    /// - Throws: ``ScratchDatabase/Failure``, `PostgresError`, or what `body` throws.
    func with<R>(_ body: (Connection.Configuration) async throws -> R) async throws -> R {
        try await Connection.withConnection(configuration) { db in
            let process = try await db.fetchOne(catalog: "SELECT pg_backend_pid()", as: Int32.self)
            guard db.poolerMode.kind == .direct, db.backendProcessID.map({ $0 == process }) ?? true else {
                throw ScratchDatabase.Failure.pooler
            }
            guard try await db.fetchOne(catalog: "SELECT pg_try_advisory_lock(\(Self.lock))", as: Bool.self) else {
                throw ScratchDatabase.Failure.inUse
            }
            try await take(db)
            do {
                let result = try await body(configuration)
                try await Self.clear(configuration)
                return result
            } catch {
                // The first error counts. Another task, because a cancelled one could not run queries.
                let configuration = configuration
                _ = await Task { try await Self.clear(configuration) }.result
                throw error
            }
        }
    }

    private func take(_ db: Connection) async throws {
        if try await db.fetchOne(
            catalog: "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = \(Self.marker)::name)", as: Bool.self)
        {
            try await Self.clear(configuration)
        }
        if let example = try await Self.content(db).first {
            throw ScratchDatabase.Failure.notEmpty("\(example.kind) \(example.name)")
        }
        do {
            try await db.execute(
                script: """
                    CREATE SCHEMA \(Self.marker);
                    DO $$
                    BEGIN
                        EXECUTE pg_catalog.format('COMMENT ON SCHEMA \(Self.marker) IS %L',
                                       (SELECT pg_catalog.string_agg(extname, ',') FROM pg_catalog.pg_extension));
                    END
                    $$
                    """)
        } catch PostgresError.server(let error) where error.sqlState == .insufficientPrivilege {
            throw ScratchDatabase.Failure.notAllowed(error.message)
        }
    }

    /// The objects in the database, such as `table` and `users`, except for those of extensions.
    private static func content(_ db: Connection) async throws -> [(kind: String, name: String)] {
        let ours: SQL = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
        func isFree(_ catalog: String, _ id: String) -> SQL {
            """
            NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '\(raw: catalog)'::regclass AND d.objid = \(raw: id)
                        AND d.deptype IN ('e', 'i'))
            """
        }
        let rows = try await db.fetchAll(
            catalog: """
                SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                       WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END, c.oid::regclass::text
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f', 'c') AND \(ours) AND \(isFree("pg_class", "c.oid"))
                UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.oid::regtype::text
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                WHERE t.typtype IN ('e', 'd', 'r') AND \(ours) AND \(isFree("pg_type", "t.oid"))
                UNION ALL SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'routine' END, p.oid::regprocedure::text
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE \(ours) AND \(isFree("pg_proc", "p.oid"))
                UNION ALL SELECT i.type, i.identity FROM (
                    SELECT 'pg_collation'::regclass AS class, oid, collnamespace AS home FROM pg_collation
                    UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace FROM pg_conversion
                    UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
                    UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace FROM pg_opfamily
                    UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace FROM pg_ts_config
                    UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace FROM pg_ts_dict
                    UNION ALL SELECT 'pg_ts_parser'::regclass, oid, prsnamespace FROM pg_ts_parser
                    UNION ALL SELECT 'pg_ts_template'::regclass, oid, tmplnamespace FROM pg_ts_template
                    UNION ALL SELECT 'pg_event_trigger'::regclass, oid, NULL FROM pg_event_trigger
                ) o LEFT JOIN pg_namespace n ON n.oid = o.home, pg_identify_object(o.class, o.oid, 0) i
                WHERE (o.home IS NULL OR \(ours)) AND NOT EXISTS (
                    SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))
                UNION ALL SELECT 'publication', quote_ident(p.pubname) FROM pg_publication p
                UNION ALL SELECT 'schema', quote_ident(n.nspname) FROM pg_namespace n
                WHERE n.nspname NOT IN ('public', \(marker)::name) AND \(ours) AND \(isFree("pg_namespace", "n.oid"))
                """, as: (String, String).self)
        return rows.map { (kind: $0.0, name: $0.1) }
    }

    /// Drops everything, and the marker last. The database was empty, so nothing else can be in it.
    private static func clear(_ configuration: Connection.Configuration) async throws {
        try await Connection.withConnection(configuration) { db in
            let extensions = try await db.fetchAll(
                catalog: """
                    SELECT quote_ident(e.extname) FROM pg_extension e JOIN pg_namespace n ON n.nspname = \(marker)::name
                    WHERE e.extname <> ALL (string_to_array(obj_description(n.oid, 'pg_namespace'), ','))
                    """, as: String.self)
            for name in extensions { try await db.execute(script: "DROP EXTENSION IF EXISTS \(name) CASCADE") }
            // CASCADE may have dropped it already.
            for (kind, name) in try await content(db) {
                try await db.execute(script: "DROP \(kind) IF EXISTS \(name) CASCADE")
            }
            try await db.execute(script: "DROP SCHEMA IF EXISTS \(marker)")
        }
    }
}
