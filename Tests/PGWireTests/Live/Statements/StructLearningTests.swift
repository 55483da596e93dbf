import PGWire
import Testing

extension Live {
    /// What the first row has taught of a struct holds for the others, and for nothing else.
    @Suite struct StructLearning {
        private enum Mood: String, Decodable { case sad, happy }
        private struct Name: Decodable, Equatable, Sendable {
            var text: String
            init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
            init(_ text: String) { self.text = text }
        }

        private struct Item: Decodable, Sendable {
            var id: Int64
            var name: Name
            var mood: Mood?
            var small: UInt8
            var extra: [Int]?
            var missing: String?
        }

        @Test(arguments: LiveServer.allCases) func mixedRows(_ server: LiveServer) async throws {
            let sql: SQL = """
                SELECT g AS id, 'n' || g AS name, CASE WHEN g % 2 = 0 THEN 'happy' END AS mood, g % 200 AS small,
                    CASE g % 3 WHEN 0 THEN '[1]'::jsonb WHEN 1 THEN 'null' END AS extra FROM generate_series(1, 500) g
                """
            try await server.connected { db in
                for _ in 1...3 {
                    let items = try await db.fetchAll(sql, as: Item.self)
                    #expect(items.map(\.id) == Array(1...500))
                    #expect(items.allSatisfy { $0.name == Name("n\($0.id)") && $0.small == UInt8($0.id % 200) })
                    #expect(items.allSatisfy { $0.mood == ($0.id % 2 == 0 ? .happy : nil) && $0.missing == nil })
                    #expect(items.allSatisfy { $0.extra == ($0.id % 3 == 0 ? [1] : nil) })
                }
            }
        }

        /// The same text may have other columns after its table has changed, and a type may read several results.
        @Test(arguments: LiveServer.direct) func columnsThatChange(_ server: LiveServer) async throws {
            struct Pair: Decodable, Equatable, Sendable {
                var one: Int
                var two: String
            }
            try await server.connected { db in
                try await db.execute("CREATE TEMP TABLE changing (one int, two text)")
                try await db.execute("INSERT INTO changing VALUES (1, 'x')")
                let sql: SQL = "SELECT * FROM changing"
                for _ in 1...4 { #expect(try await db.fetchAll(sql, as: Pair.self) == [Pair(one: 1, two: "x")]) }
                try await db.execute("ALTER TABLE changing DROP COLUMN one, ADD COLUMN one bigint DEFAULT 5")
                for _ in 1...4 { #expect(try await db.fetchAll(sql, as: Pair.self) == [Pair(one: 5, two: "x")]) }
                try await db.execute("ALTER TABLE changing DROP COLUMN one")
                await #expect(throws: PostgresError.self) { try await db.fetchAll(sql, as: Pair.self) }
            }
        }

        private struct Node: Decodable, Sendable {
            var id: Int
            var kind: String
            var text: String?
            var number: Double?
            private enum Keys: String, CodingKey { case id, kind }
            private enum TextKeys: String, CodingKey { case text = "value" }
            private enum NumberKeys: String, CodingKey { case number = "value" }

            /// Two containers for each row, of which the second depends on the row.
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Keys.self)
                id = try container.decode(Int.self, forKey: .id)
                kind = try container.decode(String.self, forKey: .kind)
                if kind == "text" {
                    text = try decoder.container(keyedBy: TextKeys.self).decode(String.self, forKey: .text)
                } else {
                    let text = try decoder.container(keyedBy: NumberKeys.self).decode(String.self, forKey: .number)
                    number = Double(text)
                }
                let again = try container.decode(Int.self, forKey: .id)
                #expect(again == id)
            }
        }

        @Test func severalContainersOfOneRow() async throws {
            try await LiveServer.postgres18.connected { db in
                let nodes = try await db.fetchAll(
                    """
                    SELECT g AS id, CASE g % 2 WHEN 0 THEN 'text' ELSE 'number' END AS kind, g::text AS value
                    FROM generate_series(1, 100) g
                    """, as: Node.self)
                #expect(nodes.allSatisfy { $0.id % 2 == 0 ? $0.text == "\($0.id)" : $0.number == Double($0.id) })
            }
        }

        private struct Team: Decodable, Equatable, Sendable {
            var id: Int
            var displayName: String
        }

        private struct Member: Decodable, Equatable, Sendable {
            var id: Int
            var team: Team?
            var homeTown: Town
            struct Town: Decodable, Equatable, Sendable {
                var name: String
                var twin: Twin?
                struct Twin: Decodable, Equatable, Sendable { var name: String }
            }
        }

        @Test(arguments: LiveServer.allCases) func nestedStructs(_ server: LiveServer) async throws {
            let sql: SQL = """
                SELECT g AS id, CASE WHEN g % 2 = 0 THEN g END AS "team.id", CASE WHEN g % 2 = 0 THEN 'T' || g END AS "team.display_name",
                    'Town' || g AS "home_town.name", CASE WHEN g % 3 = 0 THEN 'Twin' || g END AS "home_town.twin.name"
                FROM generate_series(1, 200) g
                """
            let expected = (1...200).map { number in
                Member(
                    id: number, team: number % 2 == 0 ? Team(id: number, displayName: "T\(number)") : nil,
                    homeTown: .init(
                        name: "Town\(number)", twin: number % 3 == 0 ? .init(name: "Twin\(number)") : nil))
            }
            try await server.connected { db in
                for _ in 1...3 {
                    #expect(try await db.fetchAll(sql, as: Member.self) == expected)
                    var streamed: [Member] = []
                    for try await member in db.query(sql, as: Member.self) { streamed.append(member) }
                    #expect(streamed == expected)
                }
                #expect(try await db.fetchAll(sql).map { try $0.decode(as: Member.self) } == expected)
            }
        }

        /// Keeps all that it was given, to decode later.
        private struct Kept: Decodable, @unchecked Sendable {
            enum Keys: String, CodingKey { case id, name, mood, team }
            enum TeamKeys: String, CodingKey { case id, name }
            struct Box: Decodable, @unchecked Sendable {
                var container: any SingleValueDecodingContainer
                init(from decoder: any Decoder) throws { container = try decoder.singleValueContainer() }
                var text: String { get throws { try container.decode(String.self) } }
            }

            var id: Int
            var decoder: (any Decoder)?
            var container: KeyedDecodingContainer<Keys>?
            var nested: KeyedDecodingContainer<TeamKeys>?
            var boxes: [Box] = []

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Keys.self)
                id = try container.decode(Int.self, forKey: .id)
                if id % 2 == 0 { self.decoder = decoder }
                if id % 3 == 0 { self.container = container }
                if id % 5 == 0 { nested = try container.nestedContainer(keyedBy: TeamKeys.self, forKey: .team) }
                if id % 7 == 0 {
                    boxes = [
                        try container.decode(Box.self, forKey: .name), try container.decode(Box.self, forKey: .mood),
                    ]
                }
            }
        }

        /// What a type keeps of its row stays at that row.
        @Test(arguments: [LiveServer.postgres17, .pgBouncer]) func keptDecoders(_ server: LiveServer) async throws {
            let sql: SQL = """
                SELECT g AS id, 'n' || g AS name, 'm' || g AS mood, g AS "team.id", 't' || g AS "team.name"
                FROM generate_series(1, 300) g
                """
            func check(_ kept: [Kept]) throws {
                #expect(kept.map(\.id) == Array(1...300))
                for value in kept {
                    let id = value.id
                    if let decoder = value.decoder {
                        let container = try decoder.container(keyedBy: Kept.Keys.self)
                        #expect(try container.decode(String.self, forKey: .name) == "n\(id)")
                        #expect(try container.decode(Team.self, forKey: .team).id == id)
                    }
                    if let container = value.container {
                        #expect(try container.decode(String.self, forKey: .mood) == "m\(id)")
                        #expect(try container.decode(Kept.Box.self, forKey: .name).text == "n\(id)")
                    }
                    if let nested = value.nested { #expect(try nested.decode(String.self, forKey: .name) == "t\(id)") }
                    if id % 7 == 0 { #expect(try value.boxes.map { try $0.text } == ["n\(id)", "m\(id)"]) }
                }
            }
            struct Team: Decodable { var id: Int }
            try await server.connected { db in
                for _ in 1...3 { try check(await db.fetchAll(sql, as: Kept.self)) }
                var streamed: [Kept] = []
                for try await value in db.query(sql, as: Kept.self) { streamed.append(value) }
                try check(streamed)
            }
        }

        private struct Flag: CodingKey {
            let byte: Bool
            var stringValue: String { byte ? "yes" : "no" }
            var intValue: Int? { nil }
            init(_ byte: Bool) { self.byte = byte }
            init?(stringValue: String) { return nil }
            init?(intValue: Int) { return nil }
        }

        /// Keys that somebody has made, of one byte, and of more.
        @Test func keysOfOnesOwn() async throws {
            struct Answer: Decodable, Sendable {
                var yes: Int
                var no: Int
                var all: [String: Int]
                init(from decoder: any Decoder) throws {
                    let container = try decoder.container(keyedBy: Flag.self)
                    yes = try container.decode(Int.self, forKey: Flag(true))
                    no = try container.decode(Int.self, forKey: Flag(false))
                    all = try [String: Int](from: decoder)
                }
            }
            try await LiveServer.postgres17.connected { db in
                let answers = try await db.fetchAll(
                    "SELECT g AS no, -g AS yes FROM generate_series(1, 50) g", as: Answer.self)
                #expect(answers.map(\.yes) == (1...50).map { -$0 } && answers.map(\.no) == Array(1...50))
                #expect(answers.allSatisfy { $0.all == ["no": $0.no, "yes": $0.yes] })
            }
        }
    }
}
