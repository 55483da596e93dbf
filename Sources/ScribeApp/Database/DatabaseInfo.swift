import PGSchemaCatalog
package import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// What the database is and holds, and how it is reached; no secrets.
package struct DatabaseInfo: Sendable, Encodable {
    package var server: Server
    package var database: Contents
    /// The revision's id with ` (head)`, or why it is not known.
    package var revision: String
    package var tables: [Table] = []
    package var settings: [String: String] = [:]

    package struct Server: Sendable, Encodable {
        package var endpoint: String
        package var version: String
        /// How it is reached: directly, or by a pooler of which kind, as host and port say.
        package var mode: String
        /// The version and the cipher; nil without TLS.
        package var tls: String?
    }

    package struct Contents: Sendable, Encodable {
        package var name: String
        package var user: String
        package var schema: String?
        package var timeZone: String
        package var bytes: Int64
    }

    package struct Table: Sendable, Encodable {
        package var name: String
        /// Nil when the table cannot be counted, as it is too large or locked, and nobody has estimated it.
        package var rows: Int64?
        /// Whether `rows` is what the server last estimated.
        package var isEstimate: Bool
        /// With its indexes; nil when another session holds a lock that forbids even looking.
        package var bytes: Int64?
    }

    /// Larger tables are not counted, as that reads all of them.
    package static let countedBytes: Int64 = 64 << 20
    /// How long a table that is locked is waited for.
    private static let lockTimeout = "500ms"

    /// Connects and asks.
    ///
    /// - Throws: `PostgresError`
    package init(_ database: Database, graph: RevisionGraph, settings: Settings) async throws {
        self = try await Connection.withConnection(database.configuration) { db in
            let (name, user, schema, timeZone, bytes) = try await db.fetchOne(
                catalog: """
                    SELECT current_database()::text, current_user::text, current_schema()::text, current_setting('TimeZone'),
                        pg_database_size(current_database())
                    """, as: (String, String, String?, String, Int64).self)
            var info = DatabaseInfo(
                server: Server(
                    endpoint: "\(db.endpoint)", version: "PostgreSQL \(try await db.serverVersion)",
                    mode: database.pooling.rawValue, tls: db.tls.map { "\($0.protocolVersion) \($0.cipher)" }),
                database: Contents(name: name, user: user, schema: schema, timeZone: timeZone, bytes: bytes),
                revision: "")
            do {
                info.revision = try await RevisionStatus.read(db, graph).label
            } catch let error as MigrationError {
                info.revision = "unknown: \(error)"
            }
            info.tables = try await Self.tables(db)
            info.settings = Self.settings(database.configuration, settings)
            return info
        }
    }

    private init(server: Server, database: Contents, revision: String) {
        (self.server, self.database, self.revision) = (server, database, revision)
    }

    private static func tables(_ db: Connection) async throws -> [Table] {
        let found = try await db.fetchAll(
            catalog: """
                SELECT c.relname::text, format('%I.%I', n.nspname, c.relname), c.reltuples::bigint,
                    has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND n.nspname = current_schema()
                ORDER BY c.relname
                """, as: (String, String, Int64, Bool).self)
        // Counting would run code of theirs.
        let untrusted = Set(try await TableOwners.untrustedTables(db).map(\.name))
        var tables: [Table] = []
        for (name, quoted, estimate, seesAll) in found {
            var table = Table(name: name, rows: estimate < 0 ? nil : estimate, isEstimate: true)
            do {
                try await measure(&table, quoted, isCounted: seesAll && !untrusted.contains(SQLIdentifier(name)), db)
            } catch PostgresError.server(let error) where Self.isGone(error) {
                // What is known is better than nothing, above all when something is wrong.
            }
            tables.append(table)
        }
        return tables
    }

    /// Whether the table is locked, gone, or another thing by now.
    private static func isGone(_ error: ServerError) -> Bool {
        [.lockNotAvailable, .undefinedTable, .featureNotSupported, .wrongObjectType].contains(error.sqlState)
    }

    private static func measure(
        _ table: inout Table, _ quoted: String, isCounted: Bool, _ db: Connection
    ) async throws {
        (table.bytes, table.rows, table.isEstimate) = try await db.transaction(readOnly: true) { [table] tx in
            try await tx.execute("SELECT pg_catalog.set_config('lock_timeout', \(lockTimeout), true)")
            let (size, total) = try await tx.fetchOne(
                catalog: "SELECT pg_table_size(t), pg_total_relation_size(t) FROM CAST(\(quoted)::text AS regclass) t",
                as: (Int64, Int64).self)
            guard isCounted, size <= countedBytes else { return (total, table.rows, true) }
            // Of a view that has meanwhile taken the table's name no sample can be taken, so none of it is carried out.
            let rows = try await tx.fetchOne(
                "SELECT pg_catalog.count(*) FROM \(raw: quoted) TABLESAMPLE pg_catalog.system (100)", as: Int64.self)
            return (total, rows, false)
        }
    }

    private static func settings(_ configuration: Connection.Configuration, _ settings: Settings) -> [String: String] {
        [
            "ENVIRONMENT": settings.environment, "DEBUG": "\(settings.debug)", "HOST": settings.host,
            "PORT": "\(settings.port)", "DB_HOST": configuration.endpoints.first?.host ?? "",
            "DB_PORT": "\(configuration.endpoints.first?.port ?? 0)", "DB_USER": configuration.user,
            "DB_NAME": configuration.database ?? "", "DB_PASSWORD": configuration.password == nil ? "not set" : "set",
            "DB_SSLMODE": configuration.tls.mode.rawValue,
            "DB_CONNECT_TIMEOUT": "\(configuration.connectTimeout.components.seconds)",
            "DB_STATEMENT_TIMEOUT": configuration.statementTimeout.map { "\($0.wholeMilliseconds)" } ?? "0",
        ]
    }

    /// For a person to read.
    package var lines: [String] {
        var facts = [
            ("server", "\(server.endpoint), \(server.version)"), ("mode", server.mode), ("tls", server.tls ?? "none"),
            ("database", "\(database.name), \(ByteCount(database.bytes)), schema \(database.schema ?? "none")"),
            ("user", database.user), ("time zone", database.timeZone), ("revision", revision),
        ]
        facts += tables.map { table in
            let size = table.bytes.map { "\(ByteCount($0)) with indexes" } ?? "locked by another session"
            return ("table", "\(table.name), \(table.count), \(size)")
        }
        facts += settings.sorted { $0.key < $1.key }.map { ("setting", "\($0.key)=\($0.value)") }
        return facts.map { name, value in
            name + String(repeating: " ", count: max(1, 12 - name.count)) + value.escapingControls
        }
    }
}

extension DatabaseInfo.Table {
    fileprivate var count: String {
        guard let rows else { return "rows not counted yet" }
        return "\(isEstimate ? "about " : "")\(rows) \(rows == 1 ? "row" : "rows")"
    }
}
