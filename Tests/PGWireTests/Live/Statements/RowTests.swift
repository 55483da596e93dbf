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

        private struct Numbers: Decodable, Equatable, Sendable {
            enum Level: UInt16, Decodable, Sendable { case low = 7 }
            struct Count: RawRepresentable, Decodable, Equatable, Sendable { var rawValue: UInt }
            var a: UInt8
            var b: UInt16
            var c: UInt32
            var d: UInt64
            var e: UInt
            var f: Int8
            var g: Level
            var h: Count
            var i: UInt16?
        }

        /// Integers that PostgreSQL has no type for; their own `init(from:)` asks the decoder for them again.
        @Test func integersOfEverySizeAndSign() async throws {
            try await LiveServer.postgres17.connected { db in
                let numbers = try await db.fetchOne(
                    """
                    SELECT 7 AS a, 7::int2 AS b, 7::int8 AS c, 9223372036854775807 AS d, 7::oid AS e, -7 AS f, 7 AS g, 7 AS h,
                        NULL::int AS i
                    """, as: Numbers.self)
                let expected = Numbers(
                    a: 7, b: 7, c: 7, d: 9_223_372_036_854_775_807, e: 7, f: -7, g: .low, h: .init(rawValue: 7), i: nil)
                #expect(numbers == expected)
                #expect(try await db.fetchAll("SELECT 7 AS n", as: UInt16.self) == [7])
                try await expectFailure(
                    "column \"n\" of type 23 (int4) does not fit in UInt16: 65536 is outside the range of UInt16"
                ) {
                    try await db.fetchOne("SELECT 65536 AS n", as: UInt16.self)
                }
                try await expectFailure(
                    "column \"n\" of type 25 (text) cannot be decoded as UInt16: take String, or cast it in SQL"
                ) {
                    try await db.fetchOne("SELECT 'x'::text AS n", as: UInt16.self)
                }
            }
        }

        /// A call that only its own task could let go on says so at once, and whatever else may use the connection does.
        @Test(arguments: LiveServer.allCases) func aCallInsideTheLoopOverItsRows(_ server: LiveServer) async throws {
            try await server.connected { db in
                let numbers: SQL = "SELECT generate_series(1, 3)"
                let words = "this task is iterating over rows of the connection"
                for try await _ in db.query(numbers, as: Int32.self) {
                    let error = try await failure { try await db.fetchOne("SELECT 1", as: Int.self) }
                    guard case .usage(let reason) = error else { throw error }
                    #expect(reason.hasPrefix(words))
                    for call in ["query", "copy", "pipeline", "transaction", "script"] {
                        let error = try await failure {
                            switch call {
                            case "query": for try await _ in db.query(numbers) {}
                            case "copy": try await db.copyOut("COPY (SELECT 1) TO STDOUT") { _ in }
                            case "pipeline": _ = try await db.pipeline { try $0.fetchOne("SELECT 1", as: Int.self) }
                            case "transaction": try await db.transaction { _ in }
                            default: try await db.execute(script: "SELECT 1")
                            }
                        }
                        #expect("\(error)".hasPrefix(words), "\(call)")
                    }
                }
                // The loop was left early, or is over: nobody iterates.
                for try await _ in db.query(numbers, as: Int32.self) { break }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                // Another task waits for its turn.
                async let other = db.fetchOne("SELECT 2", as: Int.self)
                for try await _ in db.query(numbers, as: Int32.self) {}
                #expect(try await other == 2)
                // In a transaction as well.
                try await db.transaction { tx in
                    for try await _ in tx.query(numbers, as: Int32.self) {
                        let error = try await failure { try await tx.fetchOne("SELECT 1", as: Int.self) }
                        #expect("\(error)".hasPrefix(words))
                    }
                }
            }
        }

        /// The timeout of a call holds while it waits for others on the same connection.
        @Test func aCallThatWaitsForItsTurnHasADeadline() async throws {
            try await LiveServer.postgres17.connected { db in
                let long = Task { try await db.execute("SELECT pg_sleep(60)") }
                try await LiveServer.postgres17.observed { try await $0.wait(for: .isRunning("pg_sleep(60)")) }
                let start = ContinuousClock.now
                let error = try await failure {
                    try await db.fetchOne("SELECT 1", as: Int.self, timeout: .milliseconds(100))
                }
                guard case .connection(let own) = error else { throw error }
                #expect(own.reason == .timedOut && own.description.contains("use a pool"))
                #expect(start.duration(to: .now) < .seconds(5))
                long.cancel()
                _ = try? await long.value
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
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
                (
                    "SELECT 'x' AS t",
                    "column \"t\" of type 25 (text) cannot be decoded as Int: take String, or cast it in SQL"
                ),
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
                #expect(throws: PostgresError.self) { try row.decode("ID", as: Int.self) }
                #expect(throws: PostgresError.self) { try row.decode(1, as: Int.self) }
                #expect(throws: PostgresError.self) { try row.decode(-1, as: Int.self) }
            }
        }
    }
}
