import PGWire
import Testing

extension Live {
    @Suite struct RowCopies {
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
