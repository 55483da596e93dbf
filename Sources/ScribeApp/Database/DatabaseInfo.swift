#if ScribeApp
import PGWire

/// What the database is and holds, for a person to read.
package struct DatabaseInfo {
    private let database: Database
    private let graph: RevisionGraph
    private let settings: Settings

    package init(database: Database, graph: RevisionGraph, settings: Settings) {
        self.database = database
        self.graph = graph
        self.settings = settings
    }

    /// Connects and asks.
    ///
    /// - Throws: `PGError`, ``MigrationError``
    package func lines() async throws -> [String] {
        try await Connection.withConnection(database.configuration) { db in
            let size = try await db.fetchOne(
                "SELECT pg_size_pretty(pg_database_size(current_database()))", as: String.self)
            let facts = [
                ("server", "\(db.endpoint), PostgreSQL \(try await db.serverVersion)"),
                ("reached by", database.pooling.rawValue),
                ("tls", db.tls.map { "\($0.protocolVersion) \($0.cipher)" } ?? "none"),
                ("database", "\(try await db.fetchOne("SELECT current_database()::text", as: String.self)), \(size)"),
                ("user", try await db.fetchOne("SELECT current_user::text", as: String.self)),
                ("time zone", try await db.fetchOne("SELECT current_setting('TimeZone')", as: String.self)),
                ("revision", graph.label(try await VersionTable.current(in: graph, db))),
            ]
            let tables = try await db.fetchAll(
                """
                SELECT c.relname::text, c.reltuples::bigint, pg_size_pretty(pg_total_relation_size(c.oid))
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND pg_table_is_visible(c.oid) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                ORDER BY c.relname
                """, as: (String, Int64, String).self)
            return (facts + tables.map { ("table", Self.describe($0)) } + settingsFacts).map { name, value in
                name + String(repeating: " ", count: max(1, 12 - name.count)) + value
            }
        }
    }

    private static func describe(_ table: (name: String, rows: Int64, size: String)) -> String {
        // -1: never analyzed.
        "\(table.name), \(table.rows < 0 ? "rows not counted yet" : "about \(table.rows) rows"), \(table.size)"
    }

    private var settingsFacts: [(String, String)] {
        let configuration = database.configuration
        let tls = configuration.tls
        let limit = configuration.statementTimeout.map { "\($0)" } ?? "none"
        return [
            ("settings", "ENVIRONMENT \(settings.environment), DEBUG \(settings.debug)"),
            ("settings", "HTTP on \(settings.host):\(settings.port)"),
            ("settings", "password \(configuration.password?.description ?? "none"), sslmode \(tls.mode.rawValue)"),
            ("settings", "connect timeout \(configuration.connectTimeout), statement timeout \(limit)"),
        ]
    }
}
#endif
