import PGWire
import Testing

/// Lengths on the wire have 31 bits. Only an optimised build makes so many bytes in a reasonable time.
@Suite struct HugeValueTests {
    /// Two gibibytes, made from one mebibyte.
    private struct Huge: PostgresEncodable {
        static let postgresType = OID.bytea
        static let postgresFormat = FormatCode.binary

        func encode(to writer: inout ByteWriter) {
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            for _ in 0..<2048 { writer.write(piece) }
        }
    }

    /// A value that is longer is refused, nothing of it is sent, and the connection goes on.
    @Test func nothingOfItIsSent() async throws {
        try await Server.connected { db in
            let error = await #expect(throws: PostgresError.self) {
                try await db.execute("SELECT length(\(Huge()))")
            }
            let said = "\(try #require(error))"
            #expect(said.contains("2147483648") || said.contains("too long"), "\(said)")
            #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)

            try await db.execute("CREATE TEMP TABLE huge (data bytea)")
            _ = await #expect(throws: PostgresError.self) {
                try await db.copyIn("COPY huge FROM STDIN (FORMAT binary)") { writer in
                    try await writer.write(row: Huge())
                }
            }
            #expect(try await db.fetchOne("SELECT count(*) FROM huge", as: Int.self) == 0)
        }
    }
}
