import CAllocationCounter
import PGWire
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// An unoptimised build allocates for every generic call; what is promised is promised of release builds, which is what
// `make test` runs.
#if !DEBUG
extension Live {
    /// What a row costs, counted exactly. Rows that came in one piece are handled on one thread without a wait, so its
    /// count of allocations between one row and the next is the row's alone.
    @Suite struct RowCosts {
        @Test(arguments: LiveServer.direct)
        func aRowOfFixedWidthColumnsAllocatesNothing(_ server: LiveServer) async throws {
            try await server.connected { db in
                let before = try await db.traffic().receives
                var (rows, allocating) = (0, 0)
                var count: UInt = 0
                try await db.forEachRow(
                    """
                    SELECT g, g::int4, g::int2, g::float8, g % 2 = 0, timestamptz '2026-01-01', md5(g::text)::uuid,
                        NULL::int8 FROM generate_series(1::int8, 30000) g
                    """,
                    as: (Int64, Int32, Int16, Double, Bool, TimestampTZ, UUID, Int64?).self
                ) { id, _, _, _, _, _, _, _ in
                    if rows > 0, allocation_count() != count { allocating += 1 }
                    rows += 1
                    count = allocation_count()
                }
                #expect(rows == 30_000)
                // Between two pieces the buffer and the task may allocate.
                let receives = try await db.traffic().receives - before
                #expect(allocating <= receives)
                #expect(receives < rows / 30)
            }
        }

        /// As many as there are strings that do not fit into a `String` itself; it also proves that the counter counts.
        @Test func longTextAllocatesOncePerValue() async throws {
            try await LiveServer.postgres17.connected { db in
                var (rows, once) = (0, 0)
                var count: UInt = 0
                try await db.forEachRow(
                    "SELECT 'longer than fifteen bytes' || g, g::text FROM generate_series(1, 10000) g",
                    as: (String, String).self
                ) { _, _ in
                    if rows > 0, allocation_count() == count + 1 { once += 1 }
                    rows += 1
                    count = allocation_count()
                }
                #expect(rows == 10_000)
                #expect(once > 9_900)
            }
        }

        /// A row is read where it was received; only one that was cut between two pieces is moved.
        @Test(arguments: LiveServer.direct) func rowsAreNotCopied(_ server: LiveServer) async throws {
            try await server.connected { db in
                let before = try await db.traffic()
                var rows = 0
                try await db.forEachRow("SELECT g, g FROM generate_series(1, 50000) g") { _ in rows += 1 }
                let after = try await db.traffic()
                let moved = try await db.movedBytes()
                #expect(rows == 50_000)
                // At most a row and its header for each piece, and what was there while the buffer grew to its full size.
                #expect(moved <= (after.receives - before.receives) * 64 + 64 * 1024)
                #expect(moved < (after.bytesReceived - before.bytesReceived) / 10)
            }
        }
    }
}
#endif
