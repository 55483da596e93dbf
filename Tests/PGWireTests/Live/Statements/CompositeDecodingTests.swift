import Foundation
import PGWire
import Testing

extension Live {
    /// Structs from composites, by the names of their fields.
    @Suite struct CompositeDecoding {
        private struct Settings: Codable, Sendable, Equatable {
            var theme: String
            var since: Date
        }

        private enum Mood: String, Decodable, Sendable { case sad, ok, happy }

        private struct Member: Decodable, Sendable, Equatable {
            var name: String
            var bornOn: CalendarDate?
            var mood: Mood
            var settings: Settings?
            var scores: [Int]
        }

        private struct Group: Decodable, Sendable, Equatable {
            var leader: Member
            var deputy: Member?
            var members: [Member]
            var place: Place?
        }

        /// The row of a table, with a composite in it.
        private struct Place: Decodable, Sendable, Equatable {
            var name: String
            var head: Member
        }

        private static func expectedGroup(_ name: String) -> Group {
            let settings = Settings(theme: "d\"ark", since: Date(timeIntervalSinceReferenceDate: 1))
            let leader = Member(
                name: "O'Brien, \"Al\" \\", bornOn: CalendarDate(year: 1990, month: 2, day: 3), mood: .ok,
                settings: settings,
                scores: [1, 2])
            let other = Member(name: "", bornOn: nil, mood: .sad, settings: nil, scores: [])
            return Group(leader: leader, deputy: nil, members: [leader, other], place: Place(name: name, head: other))
        }

        private static let definitions = """
            CREATE SCHEMA "%";
            CREATE DOMAIN "%".points AS int CHECK (VALUE >= 0);
            CREATE TYPE "%".member AS (name text, born_on date, mood mood, settings jsonb, scores "%".points[]);
            CREATE DOMAIN "%".head AS "%".member;
            CREATE TABLE "%".place (gone int, name text, head "%".head);
            ALTER TABLE "%".place DROP COLUMN gone;
            """

        private static let group = SQL(
            raw: #"""
                WITH m AS (
                    SELECT ROW('O''Brien, "Al" \', '1990-02-03', 'ok', '{"theme": "d\"ark", "since": 1}', '{1,2}')::"%".member AS a,
                        ROW('', NULL, 'sad', NULL, '{}')::"%".member AS b)
                SELECT a AS leader, NULL::"%".member AS deputy, ARRAY[a, b] AS members, ROW(n::text, b)::"%".place AS place
                FROM m, generate_series(1, 300) AS n
                """#)

        /// Composites are decoded by the names of their fields, which are looked up once; so are arrays of them, domains over them,
        /// the rows of tables and what is nested in all of these.
        @Test(arguments: LiveServer.allCases) func compositesByName(_ server: LiveServer) async throws {
            let schema = "composites \(server)"
            func named(_ text: String) -> String { text.replacingOccurrences(of: "%", with: schema) }
            let sql = SQL(raw: named(Self.group.text))
            let expected = (1...300).map { Self.expectedGroup("\($0)") }
            try await server.connected { db in
                try await db.execute(script: named("DROP SCHEMA IF EXISTS \"%\" CASCADE;" + Self.definitions))
                var streamed: [Group] = []
                for try await group in db.query(sql, as: Group.self) { streamed.append(group) }
                #expect(streamed == expected)
                #expect(try await db.fetchAll(sql, as: Group.self) == expected)
                #expect(try await db.fetchOne(SQL(raw: sql.text + " LIMIT 1"), as: Group.self) == expected[0])
                #expect(try await db.pipeline { p in try p.fetchAll(sql, as: Group.self) } == expected)
            }
            // Another connection to the same database knows them by now, one after a change of the type learns of it.
            try await server.connected { db in
                #expect(try await db.fetchAll(sql, as: Group.self) == expected)
                #expect(try await db.pipeline { p in try p.fetchAll(sql, as: Group.self).outcome }.get() == expected)
                try await db.execute(
                    script: named("ALTER TYPE \"%\".member RENAME ATTRIBUTE born_on TO birthday CASCADE"))
                struct Changed: Decodable, Sendable {
                    struct Member: Decodable, Sendable {
                        var birthday: CalendarDate?
                        var more: Int?
                    }
                    var leader: Member
                }
                let date = CalendarDate(year: 1990, month: 2, day: 3)
                #expect(try await db.fetchAll(sql, as: Changed.self).allSatisfy { $0.leader.birthday == date })
                try await db.execute(
                    script: named("DROP TABLE \"%\".place; ALTER TYPE \"%\".member ADD ATTRIBUTE more int CASCADE"))
                let more = SQL(raw: named("SELECT ROW('', '1990-02-03', 'ok', NULL, NULL, 7)::\"%\".member AS leader"))
                #expect(try await db.fetchOne(more, as: Changed.self).leader.more == 7)
                try await db.execute(script: named("DROP SCHEMA \"%\" CASCADE"))
            }
        }
    }
}
