import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Rows of many elements as structs.
    @Suite struct ManyStructs {
        private struct Player: Decodable, Equatable, Sendable {
            var id: Int32
            var playerName: String?
        }

        private struct Taken: PostgresRowDecodable, Equatable {
            var id: Int32
            var name: String?

            init(row: RowFields) throws {
                id = try row["id"]
                name = try row["player_name"]
            }
        }

        @Test(arguments: LiveServer.allCases) func structs(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, player_name text") { db, table async throws in
                let insert: PreparedStatement<Int32, String?> =
                    "INSERT INTO \(identifier: table) VALUES ($1, $2) RETURNING *"
                let added = try await db.fetchMany(insert, [(1, "a"), (2, nil)], as: Player.self)
                #expect(added == [Player(id: 1, playerName: "a"), Player(id: 2, playerName: nil)])
                let taken = try await db.fetchMany(insert, [(3, "c")], as: Taken.self)
                #expect(taken.map(\.id) == [3] && taken.map(\.name) == ["c"])
                let select: PreparedStatement<Int32> = "SELECT * FROM \(identifier: table) WHERE id > $1 ORDER BY id"
                let above = try await db.fetchMany(select, [2, 1, 9], as: Player.self)
                #expect(above.map(\.id) == [3, 2, 3])
                #expect(try await db.fetchMany(select, [2], as: Taken.self).map(\.name) == ["c"])
            }
        }

        /// What cannot be decoded undoes everything, and says whose row it was.
        @Test(arguments: LiveServer.allCases) func failures(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, player_name text") { db, table async throws in
                let insert: PreparedStatement<Int32?> =
                    "INSERT INTO \(identifier: table) VALUES (coalesce($1, 7)) RETURNING nullif(id, 7) AS id"
                let error = try await failure { try await db.fetchMany(insert, [1, nil, 3], as: Player.self) }
                guard case .decoding(let decoding) = error else { throw error }
                #expect(decoding.elementIndex == 1 && decoding.columnName == "id")
                #expect(try await Many.count(db, table) == 0)
            }
        }

        @Test(arguments: LiveServer.allCases) func ofAPipeline(_ server: LiveServer) async throws {
            try await server.connected { db in
                let (some, none) = try await db.pipeline { p in
                    (
                        try p.fetchOptional("SELECT 1 AS id, 'a' AS player_name", as: Player.self),
                        try p.fetchOptional("SELECT 1 AS id WHERE false", as: Player.self)
                    )
                }
                #expect(some == Player(id: 1, playerName: "a") && none == nil)
            }
        }

        /// A server that answers nothing is given up after the timeouts of those elements that it may be answering.
        @Test func aServerThatAnswersNothing() async throws {
            try await ScriptedServer.run([.trust, .staySilent], [.close]) { server in
                var configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "scribe", tls: .disabled)
                configuration.poolerMode = .direct
                try await Connection.withConnection(configuration) { db in
                    let start = ContinuousClock.now
                    let error = try await failure {
                        try await db.executeMany("SELECT $1", 0..<1_000_000, timeout: .milliseconds(1))
                    }
                    // Of all that are under way it would be a quarter of an hour.
                    #expect(ContinuousClock.now - start < .seconds(30))
                    guard case .connection(let connection) = error else { throw error }
                    #expect(connection.reason == .timedOut)
                }
            }
        }
    }
}
