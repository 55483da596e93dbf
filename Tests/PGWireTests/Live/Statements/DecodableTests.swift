import Foundation
import PGWire
import Testing

extension Live {
    /// Rows into what programs have.
    @Suite struct DecodableRows {
        private struct Settings: Codable, Sendable, Equatable {
            var theme: String
            var since: Date
        }

        private struct Team: Decodable, Sendable, Equatable {
            var id: Int
            var displayName: String
        }

        private struct Player: Decodable, Sendable, Equatable {
            var id: Int
            var settings: Settings
            var moreSettings: [Settings]?
            var team: Team?
            var homePage: URL?
            var tags: Set<String>
            var moods: [Mood]
        }

        private enum Mood: String, Decodable, Sendable { case sad, ok, happy }

        private static let sql = SQL(
            raw: """
                SELECT 1 AS id, '{"theme": "dark", "since": 0}'::jsonb AS settings,
                    '[{"theme": "light", "since": 1}]'::json AS more_settings, NULL::int AS "team.id",
                    NULL::text AS "team.display_name", 'https://swift.org/a' AS home_page, '{a,"b c",a}'::text[] AS tags,
                    '{sad,happy}'::mood[] AS moods
                UNION ALL
                SELECT 2, '{"theme": "", "since": 0}', NULL, 7, 'Reds', NULL, '{}', '{}'
                """)

        @Test(arguments: LiveServer.allCases) func everyWay(_ server: LiveServer) async throws {
            let players = [
                Player(
                    id: 1, settings: Settings(theme: "dark", since: Date(timeIntervalSinceReferenceDate: 0)),
                    moreSettings: [Settings(theme: "light", since: Date(timeIntervalSinceReferenceDate: 1))], team: nil,
                    homePage: URL(string: "https://swift.org/a"), tags: ["a", "b c"], moods: [.sad, .happy]),
                Player(
                    id: 2, settings: Settings(theme: "", since: Date(timeIntervalSinceReferenceDate: 0)),
                    moreSettings: nil,
                    team: Team(id: 7, displayName: "Reds"), homePage: nil, tags: [], moods: []),
            ]
            try await server.connected { db in
                for _ in 1...3 {
                    #expect(try await db.fetchAll(Self.sql, as: Player.self) == players)
                    var streamed: [Player] = []
                    for try await player in db.query(Self.sql, as: Player.self) { streamed.append(player) }
                    #expect(streamed == players)
                    #expect(try await db.pipeline { p in try p.fetchAll(Self.sql, as: Player.self) } == players)
                    #expect(try await db.fetchAll(Self.sql).map { try $0.decode(as: Player.self) } == players)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func aDecoderOfOnesOwn(_ server: LiveServer) async throws {
            let sql = SQL(raw: #"SELECT 1 AS id, '{"theme": "dark", "since": 86400}'::jsonb AS settings"#)
            struct Wanted: Decodable, Sendable {
                var settings: Settings
            }
            let expected = Settings(theme: "dark", since: Date(timeIntervalSince1970: 86400))
            try await server.connected {
                $0.jsonDecoder.dateDecodingStrategy = .secondsSince1970
            } _: { db in
                #expect(try await db.fetchOne(sql, as: Wanted.self).settings == expected)
                for try await row in db.query(sql, as: Wanted.self) { #expect(row.settings == expected) }
                #expect(try await db.pipeline { p in try p.fetchOne(sql, as: Wanted.self) }.settings == expected)
                let json = JSONDecoder()
                json.dateDecodingStrategy = .millisecondsSince1970
                let row = try await db.fetchOne(sql).decode(as: Wanted.self, json: json)
                #expect(row.settings.since == Date(timeIntervalSince1970: 86.4))
            }
        }

        private struct Wrong: Decodable, Sendable {
            struct Inner: Decodable, Sendable {
                var a: Int
            }
            var inner: Inner
        }

        /// What cannot be decoded says what to do.
        @Test(arguments: LiveServer.allCases) func whatCannotBeDecoded(_ server: LiveServer) async throws {
            try await server.connected { db in
                let cases = [
                    ("SELECT 1 AS inner", "column \"inner\" is one value and cannot be decoded as a struct"),
                    ("SELECT 1 AS outer", "the result has no column \"inner\"; its columns are: outer"),
                    ("SELECT 'x' AS \"inner.a\"", "column \"inner.a\" of type 25 (text) cannot be decoded as Int"),
                    ("SELECT 1 AS \"inner.b\"", "the result has no column \"inner.a\"; its columns are: inner.b"),
                    (
                        "SELECT 1 AS \"inner.a.b\"",
                        "the result has no column \"inner.a\", only columns of a nested struct of that name: inner.a.b"
                    ),
                    (
                        "SELECT '{\"a\": \"x\"}'::jsonb AS inner",
                        "column \"inner\" of type 3802 (jsonb) cannot be decoded as Inner"
                    ),
                ]
                for (sql, text) in cases {
                    for _ in 1...2 {
                        let error = try await failure { try await db.fetchOne(SQL(raw: sql), as: Wrong.self) }
                        #expect("\(error)".utf8.starts(with: text.utf8), "\(error)")
                    }
                }
            }
        }
    }
}
