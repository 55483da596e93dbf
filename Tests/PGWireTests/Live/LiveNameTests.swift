import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Names and texts are their bytes, for the server as for us: nothing leaves its quotes, and nothing that only looks the
    /// same is taken for the same.
    @Suite struct Names {
        /// One statement's prepared form must never be run for another.
        @Test(arguments: LiveServer.allCases) func whatLooksTheSameIsAnotherStatement(_ server: LiveServer) async throws
        {
            try await server.withTable("\"caf\u{E9}\" int, \"cafe\u{301}\" int") { db, table in
                try await db.execute("INSERT INTO \(identifier: table) VALUES (1, 2)")
                let statements: [(SQL, Int)] = [
                    ("SELECT \"caf\u{E9}\" FROM \(identifier: table) WHERE \(0) = 0", 1),
                    ("SELECT \"cafe\u{301}\" FROM \(identifier: table) WHERE \(0) = 0", 2),
                ]
                for _ in 0..<5 {
                    for (sql, value) in statements {
                        for _ in 0..<5 { #expect(try await db.fetchOne(sql, as: Int.self) == value) }
                    }
                }
            }
        }

        private struct Both: Decodable, Equatable, Sendable {
            var composed: Int
            var decomposed: Int
            enum CodingKeys: String, CodingKey {
                case composed = "\u{E9}"
                case decomposed = "e\u{301}"
            }
        }

        @Test func columnsAreFoundByTheirBytes() async throws {
            try await LiveServer.postgres17.connected { db in
                let sql: SQL = "SELECT 1 AS \"e\u{301}\", 2 AS \"\u{E9}\""
                let row = try await db.fetchOne(sql)
                #expect(try row.decode("\u{E9}", as: Int.self) == 2)
                #expect(try row.decode("e\u{301}", as: Int.self) == 1)
                #expect(try await db.fetchOne(sql, as: Both.self) == Both(composed: 2, decomposed: 1))
                #expect(row.columns[0] != row.columns[1])
                await #expect(throws: PostgresError.self) {
                    try await db.fetchOne("SELECT 1 AS \"\u{E9}\"", as: Both.self)
                }
            }
        }

        /// As a table, a column, an alias, a channel, and in COPY.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func everyNameComesBack(_ server: LiveServer) async throws
        {
            try await server.connected { db in
                let schema = "names_\(UInt64.random(in: 0...UInt64.max))"
                try await db.execute("CREATE SCHEMA \(identifier: schema)")
                for name in HostileNames.all {
                    let table: SQL = "\(identifier: name, in: schema)"
                    try await db.execute("CREATE TABLE \(table) (\(identifier: name) int)")
                    try await db.copyIn("COPY \(table) (\(identifier: name)) FROM STDIN") { try await $0.write("7\n") }
                    let row = try await db.fetchOne("SELECT \(identifier: name) FROM \(table)")
                    #expect(try row.decode(name, as: Int.self) == 7, "\(name.escapingControls)")
                    var copied = 0
                    try await db.copyOut("COPY \(table) (\(identifier: name)) TO STDOUT") { copied += $0.byteCount }
                    #expect(copied == 2)
                    #expect(
                        try await db.fetchOne("SELECT \(name)::text", as: SQLIdentifier.self) == SQLIdentifier(name))
                    // Nobody may listen behind a pooler.
                    if server != .pgBouncer {
                        try await db.execute("LISTEN \(identifier: name)")
                        let channels = "SELECT pg_listening_channels()"
                        #expect(
                            try await db.fetchAll(SQL(raw: channels), as: SQLIdentifier.self) == [SQLIdentifier(name)])
                        try await db.execute("UNLISTEN \(identifier: name)")
                    }
                }
                let found = try await db.fetchAll(
                    """
                    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
                    WHERE relnamespace = \(schema)::regnamespace
                    """, as: (SQLIdentifier, SQLIdentifier).self)
                #expect(Set(found.map(\.0)) == Set(HostileNames.all.map { SQLIdentifier($0) }))
                #expect(found.allSatisfy { $0.0 == $0.1 })
                #expect(found.count >= 60)
                print("names: \(found.count) came back byte for byte from \(server)")
                for name in HostileNames.refused {
                    let error = try await failure { try await db.execute("SELECT 1 AS \(identifier: name)") }
                    guard case .usage(let reason) = error else { throw error }
                    #expect(reason.contains("name"))
                }
                try await db.execute("DROP SCHEMA \(identifier: schema) CASCADE")
            }
        }

        @Test func everyNameIsAConnectionParameter() throws {
            for name in HostileNames.all {
                for text in Self.connectionStrings(host: "127.0.0.1", name) {
                    let configuration = try Connection.Configuration(text)
                    for value in [
                        configuration.user, configuration.password?.value, configuration.database,
                        configuration.applicationName,
                    ] {
                        #expect(value.map { SQLIdentifier($0) } == SQLIdentifier(name), "\(name.escapingControls)")
                    }
                }
            }
        }

        /// The server knows who it is, where, and by which password: as a role, a database and a password of that name.
        @Test func everyNameLogsIn() async throws {
            let server = LiveServer.postgres15
            let endpoint = try await server.configuration.endpoints[0]
            try await server.connected { db in
                let prefix = "names_\(UInt32.random(in: 0...UInt32.max))"
                var current = (role: SQLIdentifier("\(prefix)_role"), database: SQLIdentifier("\(prefix)_database"))
                try await db.execute("CREATE ROLE \(identifier: current.role.text) LOGIN")
                try await db.execute("CREATE DATABASE \(identifier: current.database.text)")
                var count = 0
                // No role may be called so.
                for name in HostileNames.all where !name.utf8.starts(with: "pg_".utf8) {
                    let next = SQLIdentifier(name)
                    try await db.execute(
                        "ALTER ROLE \(identifier: current.role.text) RENAME TO \(identifier: next.text)")
                    try await db.execute("ALTER ROLE \(identifier: name) PASSWORD \(raw: "E'\(Self.escaped(name))'")")
                    try await db.execute(
                        "ALTER DATABASE \(identifier: current.database.text) RENAME TO \(identifier: next.text)")
                    current = (next, next)
                    for text in Self.connectionStrings(host: endpoint.host, port: endpoint.port, name) {
                        var configuration = try Connection.Configuration(text)
                        configuration.tls = .init(mode: .require)
                        let (user, database) = try await Connection.withConnection(configuration) { own in
                            try await own.fetchOne(
                                "SELECT current_user, current_database()", as: (SQLIdentifier, SQLIdentifier).self)
                        }
                        #expect(user == next && database == next, "\(name.escapingControls)")
                        count += 1
                    }
                }
                try await db.execute("DROP DATABASE \(identifier: current.database.text)")
                try await db.execute("DROP ROLE \(identifier: current.role.text)")
                print("names: \(count) logins with user, password and database of each name")
            }
        }

        /// With the name as user, password, database and name of the application: key=value, URI, URI with parameters.
        private static func connectionStrings(host: String, port: UInt16 = 5432, _ name: String) -> [String] {
            let quoted = escaped(name)
            let encoded = name.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let place = "\(host):\(port)"
            return [
                """
                host=\(host) port=\(port) user='\(quoted)' password='\(quoted)' dbname='\(quoted)' \
                application_name='\(quoted)'
                """, "postgresql://\(encoded):\(encoded)@\(place)/\(encoded)?application_name=\(encoded)",
                """
                postgresql://\(place)/?user=\(encoded)&password=\(encoded)&dbname=\(encoded)\
                &application_name=\(encoded)
                """,
            ]
        }

        /// With `\` before what means something in quotes.
        private static func escaped(_ name: String) -> String {
            name.unicodeScalars.reduce(into: "") { text, scalar in
                if scalar == "'" || scalar == "\\" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
