import Foundation
import PGWire
import Testing

extension Live {
    /// The edges of rows into what programs have.
    @Suite struct DecodableEdges {
        private struct Prefs: Codable, Sendable, Equatable { var theme: String }
        private enum Mood: String, Codable, Sendable { case sad, ok }

        private struct Document: Decodable, Sendable, Equatable {
            var names: [String]
            var counts: [Int]?
            var number: Int
            var flag: Bool
            var id: UUID
            var span: PostgresRange<Int>
            var prefs: Prefs?
            var missing: Prefs?
            var text: String
        }

        /// A json column is read as JSON by every type that does not read such a column itself.
        @Test(arguments: LiveServer.allCases) func columnsOfJSON(_ server: LiveServer) async throws {
            let sql: SQL = """
                SELECT '["x", "y"]'::jsonb AS names, '[1,2]'::json AS counts, '5'::jsonb AS number, 'true'::jsonb AS flag,
                    '"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"'::jsonb AS id, '"[1,5)"'::jsonb AS span, 'null'::jsonb AS prefs,
                    NULL::jsonb AS missing, '"x"'::jsonb AS text
                """
            let id = try #require(UUID(uuidString: "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"))
            let span = try await server.connected { db in
                try await db.fetchOne("SELECT int8range(1, 5)", as: PostgresRange<Int>.self)
            }
            let expected = Document(
                names: ["x", "y"], counts: [1, 2], number: 5, flag: true, id: id, span: span, prefs: nil, missing: nil,
                text: "\"x\"")
            try await server.connected { db in
                for _ in 1...3 {
                    let value = try await db.fetchOne(sql, as: Document.self)
                    #expect(value == expected)
                }
            }
        }

        private struct Arrays: Decodable, Sendable, Equatable {
            var moods: [Mood?]
            var prefs: [Prefs?]
            var grid: [[Mood]]
            var cube: [[[Mood?]]]
            var none: [[Mood]]
        }

        @Test(arguments: LiveServer.allCases) func arraysOfWhatIsNoType(_ server: LiveServer) async throws {
            let sql = SQL(
                raw: """
                    SELECT ARRAY['sad', NULL] AS moods, ARRAY['{"theme": "a"}', NULL]::json[] AS prefs,
                        ARRAY[['sad', 'ok'], ['ok', 'ok']]::mood[] AS grid, ARRAY[[['sad', NULL]], [['ok', 'ok']]] AS cube,
                        '{}'::text[] AS none
                    """)
            let expected = Arrays(
                moods: [.sad, nil], prefs: [Prefs(theme: "a"), nil], grid: [[.sad, .ok], [.ok, .ok]],
                cube: [[[.sad, nil]], [[.ok, .ok]]], none: [])
            try await server.connected { db in
                for _ in 1...3 {
                    let value = try await db.fetchOne(sql, as: Arrays.self)
                    #expect(value == expected)
                }
            }
        }

        /// Messages say which element is NULL, and of which column.
        @Test(arguments: LiveServer.allCases) func nullsInArrays(_ server: LiveServer) async throws {
            struct Moods: Decodable, Sendable { var moods: [Mood] }
            try await server.connected { db in
                for _ in 1...3 {
                    try await expectFailure(
                        "column \"array\" of type 1007 (int4[]) cannot be decoded as Array<Int>: element 2 is NULL: decode it as Int?"
                    ) {
                        try await db.fetchOne("SELECT ARRAY[1, NULL]", as: [Int].self)
                    }
                    try await expectFailure(
                        "column \"moods\" of type 1009 (text[]) cannot be decoded as Array<Mood>: element 2 is NULL: decode it as Mood?"
                    ) {
                        try await db.fetchOne("SELECT ARRAY['sad', NULL] AS moods", as: Moods.self)
                    }
                }
            }
        }

        /// A few bytes of a number can be a hundred thousand digits: arrays of them come as text, whose size the server's message has.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func numbersOfManyDigits(_ server: LiveServer)
            async throws
        {
            let sql = SQL(raw: "SELECT array_fill(1e131071::numeric, ARRAY[20])")
            let text = SQL(raw: "SELECT array_fill(1e131071::numeric, ARRAY[20])::text")
            try await server.connected {
                $0.maximumMessageSize = 1 << 20
            } _: { db in
                for _ in 1...3 {
                    let error = try await failure { try await db.fetchOne(sql).decode(0, as: String.self) }
                    #expect("\(error)".contains("at most 1048576 are accepted here"), "\(error)")
                }
            }
            try await server.connected { db in
                let expected = try await db.fetchOne(text, as: String.self)
                for _ in 1...3 {
                    let row = try await db.fetchOne(sql)
                    #expect(try row.decode(0, as: String.self) == expected)
                    #expect(try row.decode(0, as: [ExactNumeric].self).count == 20)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func vectorsFromText(_ server: LiveServer) async throws {
            try await server.connected { db in
                #expect(try await db.fetchOne("SELECT '[1,2,3]'::text", as: Vector.self) == [1, 2, 3])
                #expect(try await db.fetchOne("SELECT '[1,2,3]'::text", as: HalfVector.self) == [1, 2, 3])
                let sparse = try await db.fetchOne("SELECT '{1:1.5}/3'::text", as: SparseVector.self)
                #expect(sparse == SparseVector([1.5, 0, 0]))
            }
        }

        /// What a value holds cannot write lines of its own into a log, nor as much as it likes.
        @Test(arguments: LiveServer.allCases) func whatMessagesQuote(_ server: LiveServer) async throws {
            enum Label: String, PostgresEnum, Sendable { case a }
            enum Raw: String, PostgresCodable, Sendable { case a }
            struct Wrapped: Decodable, Sendable { var x: JSONEncoded<[String: Int]> }
            let text = "\u{1b}]0;owned\u{7}\nFAKE LOG LINE" + String(repeating: "x", count: 100_000)
            try await server.connected { db in
                let failures: [any Error] = [
                    try await failure { try await db.fetchOne("SELECT \(text)::text", as: Label.self) },
                    try await failure { try await db.fetchOne("SELECT \(text)::text", as: Raw.self) },
                    try await failure {
                        try await db.fetchOne("SELECT json_build_object(\(text)::text, 'a') AS x", as: Wrapped.self)
                    },
                    try await failure { try await db.fetchOne("SELECT 1e100000::numeric", as: UInt64.self) },
                ]
                for error in failures {
                    let shown = "\(error)"
                    #expect(shown.utf8.count < 5000 && !shown.utf8.contains { $0 < 32 }, "\(shown.prefix(300))")
                }
            }
        }
    }
}
