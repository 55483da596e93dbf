import CAllocationCounter
import PGWire
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a row costs, counted exactly. Rows that came in one piece are handled on one thread without a wait, so its count of
/// allocations between one row and the next is the row's alone. An unoptimised build allocates for every generic call.
@Suite struct RowCosts {
    /// How many rows there were, and how many of them took so many allocations.
    struct Tally {
        private(set) var rows = 0
        private(set) var byAllocations: [UInt: Int] = [:]
        private var last: UInt?

        /// Notes a row, and that the next begins.
        mutating func note() {
            let now = allocation_count()
            rows += 1
            if let last { byAllocations[now &- last, default: 0] += 1 }
            // The dictionary's own.
            last = allocation_count()
        }

        /// Between two pieces that were received the buffer and the task may allocate.
        func expect(_ count: UInt, ofEach row: String = "row") {
            #expect(rows == 30_000)
            #expect(byAllocations[count, default: 0] > rows - rows / 30, "\(row): \(byAllocations)")
        }
    }

    @Test func aRowOfFixedWidthColumnsAllocatesNothing() async throws {
        try await Server.connected { db in
            var tally = Tally()
            try await db.forEachRow(
                """
                SELECT g, g::int4, g::int2, g::float8, g % 2 = 0, timestamptz '2026-01-01', md5(g::text)::uuid,
                    NULL::int8 FROM generate_series(1::int8, 30000) g
                """,
                as: (Int64, Int32, Int16, Double, Bool, TimestampTZ, UUID, Int64?).self
            ) { _, _, _, _, _, _, _, _ in tally.note() }
            tally.expect(0)
        }
    }

    /// As many as there are strings that do not fit into a `String` itself; it also proves that the counter counts.
    @Test func longTextAllocatesOncePerValue() async throws {
        try await Server.connected { db in
            var tally = Tally()
            try await db.forEachRow(
                "SELECT 'longer than fifteen bytes' || g, g::text FROM generate_series(1, 30000) g",
                as: (String, String).self
            ) { _, _ in tally.note() }
            tally.expect(1)
        }
    }

    private enum Mood: String, Decodable { case sad, happy }

    private struct Player: Decodable, Sendable {
        var id: Int64
        var name: String
        var team: String?
        var score: Double?
        var mood: Mood
        var createdAt: Date
        var token: UUID
    }

    private struct Row: PostgresRowDecodable, Sendable {
        var player: Player

        init(row: RowFields) throws {
            player = Player(
                id: try row["id"], name: try row["name"], team: try row["team"], score: try row["score"], mood: .sad,
                createdAt: try row["created_at"], token: try row["token"])
        }
    }

    private static func sql(name: String) -> SQL {
        """
        SELECT g::int8 AS id, \(name) || g AS name, CASE WHEN g % 2 = 0 THEN 'Reds' END AS team,
            CASE WHEN g % 3 = 0 THEN g::float8 END AS score, CASE WHEN g % 5 = 0 THEN 'sad' ELSE 'happy' END AS mood,
            timestamptz '2026-01-01' AS created_at, md5(g::text)::uuid AS token FROM generate_series(1, 30000) g
        """
    }

    /// A struct costs what its strings cost.
    @Test(arguments: [("n", 0), ("longer than fifteen bytes", 1)])
    func aStructAllocatesForItsStringsOnly(_ name: String, _ count: UInt) async throws {
        try await Server.connected { db in
            var decoded = Tally()
            for try await _ in db.query(Self.sql(name: name), as: Player.self) { decoded.note() }
            decoded.expect(count, ofEach: "Decodable")
            var taken = Tally()
            for try await _ in db.query(Self.sql(name: name), as: Row.self) { taken.note() }
            taken.expect(count, ofEach: "PostgresRowDecodable")
        }
    }
}
