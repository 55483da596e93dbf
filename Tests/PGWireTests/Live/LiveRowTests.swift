import Foundation
import PGWire
import Testing

extension Live {
    /// How many rows come, and what they become.
    @Suite struct Rows {
        private struct Player: Decodable, Equatable, Sendable {
            struct Identifier: RawRepresentable, Decodable, Equatable, Sendable { var rawValue: Int64 }
            enum Role: String, Decodable, Sendable { case keeper, forward }
            var id: Identifier
            var fullName: String
            var createdAt: Date
            var role: Role
            var nickName: String?
            var absent: Int?
            var scores: [Int]
        }

        private static let player: SQL = """
            SELECT 7::int8 AS id, 'Ada' AS full_name, 'epoch'::timestamptz AS created_at, 'keeper' AS role,
                NULL::text AS nick_name, ARRAY[1, 2]::int8[] AS scores, 'ignored' AS other
            """

        @Test(arguments: LiveServer.allCases) func becomeTuplesAndStructs(_ server: LiveServer) async throws {
            try await server.connected { db in
                let player = try await db.fetchOne(Self.player, as: Player.self)
                let expected = Player(
                    id: .init(rawValue: 7), fullName: "Ada", createdAt: Date(timeIntervalSince1970: 0), role: .keeper,
                    nickName: nil, absent: nil, scores: [1, 2])
                #expect(player == expected)
                #expect(try await db.fetchAll(Self.player, as: Player.self) == [expected])
                #expect(try await db.fetchOptional("\(Self.player) LIMIT 0", as: Player.self) == nil)
                for try await streamed in db.query(Self.player, as: Player.self) { #expect(streamed == expected) }
                let (a, b, c) = try await db.fetchOne("SELECT 1, 'b', NULL::bool", as: (Int, String, Bool?).self)
                #expect(a == 1 && b == "b" && c == nil)
                #expect(try await db.fetchOne("SELECT 'keeper'", as: Player.Role.self) == .keeper)
                #expect(try await db.fetchAll("SELECT 7::int8", as: Player.Identifier.self) == [.init(rawValue: 7)])
                let row = try await db.fetchOne("SELECT 1 AS one, 2 AS two, 3 AS one")
                #expect(try row.decode("one", as: Int.self) == 1)
                #expect(try row.decode(2, as: Int.self) == 3)
                #expect(row.columns.map(\.name) == ["one", "two", "one"])
            }
        }

        @Test(arguments: LiveServer.allCases) func countsAreChecked(_ server: LiveServer) async throws {
            try await server.connected { db in
                let none: SQL = "SELECT 1 WHERE false"
                let two: SQL = "SELECT generate_series(1, 2)"
                #expect(try await db.fetchOptional(none, as: Int.self) == nil)
                #expect(try await db.fetchOptional("SELECT 5", as: Int.self) == 5)
                let missing = "the statement returned no row where one was asked for"
                let several = "the statement returned more than one row where one was asked for"
                try await expectFailure(missing) { try await db.fetchOne(none) }
                try await expectFailure(missing) { try await db.fetchOne(none, as: Int.self) }
                try await expectFailure(several) { try await db.fetchOne(two, as: Int.self) }
                try await expectFailure(several) { try await db.fetchOptional(two, as: Int.self) }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                // The error after the first row counts more than that row.
                let late = try await serverFailure {
                    try await db.fetchOptional("SELECT 1 / (2 - i) FROM generate_series(1, 2) i")
                }
                #expect(late.sqlState == .divisionByZero)
            }
        }

        @Test(arguments: [LiveServer.postgres15]) func decodingErrorsNameTheColumn(_ server: LiveServer) async throws {
            let expected: [(SQL, String)] = [
                ("SELECT NULL::int AS n", "column \"n\" of type 23 (int4) is NULL: decode it as Int?"),
                ("SELECT 'x' AS t", "column \"t\" of type 25 (text) cannot be decoded as Int"),
                ("SELECT 1, 2", "the result has 2 columns (?column?, ?column?) where 1 are decoded"),
                ("SELECT", "the result has 0 columns (none) where 1 are decoded"),
            ]
            try await server.connected { db in
                for (sql, text) in expected {
                    try await expectFailure(text) { try await db.fetchOne(sql, as: Int.self) }
                }
                try await expectFailure(
                    "column \"n\" of type 23 (int4) does not fit in Int16: 70000 is outside the range of Int16"
                ) {
                    try await db.fetchOne("SELECT 70000 AS n", as: Int16.self)
                }
                try await expectFailure(
                    "the result has no column \"fullName\" or \"full_name\"; its columns are: id"
                ) {
                    try await db.fetchOne("SELECT 1::int8 AS id", as: Player.self)
                }
                let row = try await db.fetchOne("SELECT 1 AS id")
                #expect(throws: PGError.self) { try row.decode("ID", as: Int.self) }
                #expect(throws: PGError.self) { try row.decode(1, as: Int.self) }
                #expect(throws: PGError.self) { try row.decode(-1, as: Int.self) }
            }
        }
    }
}
