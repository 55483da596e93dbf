import PGWire
import Testing

extension Live {
    /// Types that take their columns from a row themselves.
    @Suite struct RowDecodables {
        private enum Mood: String, Decodable { case sad, happy }

        private struct Player: PostgresRowDecodable, Equatable, Sendable {
            var id: Int
            var name: String
            var team: String?
            var mood: Mood
            var tags: [String: Int]?

            init(row: RowFields) throws {
                id = try row["id"]
                name = try row["name"]
                team = try row["team"]
                mood = try row.decode("mood")
                tags = try row.decode("tags")
            }

            init(_ id: Int, _ name: String, _ team: String?, _ mood: Mood, _ tags: [String: Int]?) {
                (self.id, self.name, self.team, self.mood, self.tags) = (id, name, team, mood, tags)
            }
        }

        private static let players = [
            Player(1, "Ann", "Reds", .happy, ["a": 1]), Player(2, "Bob", nil, .sad, nil),
            Player(3, "Cy", "", .sad, [:]),
        ]
        private static let values = SQL(
            raw: """
                (VALUES (1, 'Ann', 'Reds', 'happy', '{"a": 1}'::jsonb), (2, 'Bob', NULL, 'sad', NULL),
                (3, 'Cy', '', 'sad', '{}')) AS v (id, name, team, mood, tags)
                """)

        @Test(arguments: LiveServer.allCases) func everyWay(_ server: LiveServer) async throws {
            let (sql, players): (SQL, _) = ("SELECT id, name, team, mood, tags FROM \(Self.values)", Self.players)
            try await server.connected { db in
                for _ in 1...3 {
                    #expect(try await db.fetchAll(sql, as: Player.self) == players)
                    var streamed: [Player] = []
                    for try await player in db.query(sql, as: Player.self) { streamed.append(player) }
                    #expect(streamed == players)
                    #expect(try await db.fetchOne("\(sql) WHERE id = 2", as: Player.self) == players[1])
                    #expect(try await db.fetchOptional("\(sql) WHERE id = 4", as: Player.self) == nil)
                    #expect(try await db.fetchOne("\(sql) WHERE id = 3").decode(as: Player.self) == players[2])
                    let (all, one, none) = try await db.pipeline { p in
                        (
                            try p.fetchAll(sql, as: Player.self),
                            try p.fetchOne("\(sql) WHERE id = 1", as: Player.self),
                            try p.fetchOptional("\(sql) WHERE id = 4", as: Player.self)
                        )
                    }
                    #expect(all == players && one == players[0] && none == nil)
                }
                let paged = try await db.transaction { tx in
                    try await tx.withCursor(sql, as: Player.self) { try await $0.next(5) }
                }
                #expect(paged == players)
            }
        }

        /// Where the columns stand is learned of each result anew.
        @Test(arguments: LiveServer.allCases) func columnsInAnotherOrder(_ server: LiveServer) async throws {
            try await server.connected { db in
                for columns in ["tags, mood, team, name, id", "id, 0 AS x, tags, name, id, team, 1 AS y, mood"] {
                    let rows = db.query("SELECT \(raw: columns) FROM \(Self.values)", as: Player.self)
                    var players: [Player] = []
                    for try await player in rows { players.append(player) }
                    #expect(players == Self.players)
                }
            }
        }

        /// What is asked for may depend on the row.
        private struct Shape: PostgresRowDecodable, Equatable, Sendable {
            var area: Double

            init(row: RowFields) throws {
                let kind: String = try row["kind"]
                switch kind {
                case "circle":
                    let radius: Double = try row["radius"]
                    area = radius * radius * 3
                default:
                    let (height, width): (Double, Double) = (try row["height"], try row["width"])
                    area = width * height
                }
                let again: String = try row["kind"]
                #expect(again == kind)
            }
        }

        @Test func anotherWayForEachRow() async throws {
            try await LiveServer.postgres18.connected { db in
                let shapes = try await db.fetchAll(
                    """
                    SELECT width::float8, height::float8, kind, radius::float8 FROM (VALUES (2, 3, 'box', NULL), (NULL, NULL, 'circle', 2),
                        (4, 5, 'box', NULL), (NULL, NULL, 'circle', 1)) AS v (width, height, kind, radius)
                    """, as: Shape.self)
                #expect(shapes.map(\.area) == [6, 12, 20, 3])
            }
        }

        @Test(arguments: LiveServer.allCases) func whatCannotBeDecoded(_ server: LiveServer) async throws {
            try await server.connected { db in
                let missing = await #expect(throws: PostgresError.self) {
                    try await db.fetchAll("SELECT 1 AS id, 'Ann' AS nom", as: Player.self)
                }
                let saidMissing = try "\(#require(missing))"
                #expect(saidMissing.contains(#"the result has no column "name"; its columns are: id, nom"#))
                let null = await #expect(throws: PostgresError.self) {
                    try await db.fetchAll("SELECT 1 AS id, NULL::text AS name", as: Player.self)
                }
                let saidNull = try "\(#require(null))"
                #expect(saidNull.contains(#"column "name" of type 25 (text) is NULL"#))
                let wrong = await #expect(throws: PostgresError.self) {
                    for try await _ in db.query("SELECT now() AS id, 'Ann' AS name", as: Player.self) {}
                }
                let saidWrong = try "\(#require(wrong))"
                #expect(
                    saidWrong.contains(
                        #"column "id" of type 1184 (timestamptz) cannot be decoded as Int: take Date or TimestampTZ, or cast it in SQL"#
                    ))
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }
}
