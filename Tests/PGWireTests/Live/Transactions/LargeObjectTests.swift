import PGWire
import Testing

extension Live {
    /// Large objects as streams of bytes.
    @Suite struct LargeObjects {
        private static func bytes(_ count: Int) -> [UInt8] {
            var random = TypesTests.SeededGenerator("large objects")
            return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }

        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func streams(_ server: LiveServer) async throws {
            let bytes = Self.bytes(5_000_001)
            try await server.connected { db in
                let id = try await db.transaction { tx in
                    let id = try await tx.createLargeObject()
                    try await tx.withLargeObject(id, for: .writing) { try await $0.write(bytes) }
                    return id
                }
                try await db.transaction { tx in
                    try await tx.withLargeObject(id) { object in
                        var pieces: [[UInt8]] = []
                        for try await piece in object.chunks(of: 1_000_000) { pieces.append(piece) }
                        #expect(pieces.map(\.count) == [1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 1])
                        #expect(Array(pieces.joined()) == bytes)
                        #expect(try await object.read(10).isEmpty)
                        #expect(try await object.seek(to: -3, from: .end) == 4_999_998)
                        #expect(try await object.read(10) == Array(bytes.suffix(3)))
                        #expect(try await object.count() == 5_000_001)
                    }
                    try await tx.removeLargeObject(id)
                }
                let left = try await db.fetchOne(
                    "SELECT count(*) FROM pg_largeobject_metadata WHERE oid = \(id)", as: Int.self)
                #expect(left == 0)
            }
        }

        /// Only what was written takes room.
        @Test(arguments: LiveServer.allCases) func placesBehindTheEnd(_ server: LiveServer) async throws {
            let far: Int64 = 5 << 30
            try await server.connected { db in
                try await db.transaction { tx in
                    let id = try await tx.createLargeObject()
                    try await tx.withLargeObject(id, for: .writing) { object in
                        #expect(try await object.seek(to: far) == far)
                        try await object.write([1, 2, 3])
                        #expect(try await object.count() == far + 3)
                        try await object.seek(to: -5, from: .position)
                        #expect(try await object.read(100) == [0, 0, 1, 2, 3])
                        try await object.truncate(to: far + 1)
                        #expect(try await object.count() == far + 1)
                        try await object.truncate(to: 2)
                        try await object.seek(to: 0)
                        #expect(try await object.read(100) == [0, 0])
                        try await object.write([])
                    }
                    try await tx.removeLargeObject(id)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func whatGoesWrong(_ server: LiveServer) async throws {
            try await server.connected { db in
                let missing = try await serverFailure {
                    try await db.transaction { tx in try await tx.withLargeObject(OID(1)) { _ in } }
                }
                #expect(missing.sqlState == .undefinedObject)
                let closed = try await failure {
                    try await db.transaction { tx in
                        let id = try await tx.createLargeObject()
                        let chunks = try await tx.withLargeObject(id) { $0.chunks() }
                        for try await _ in chunks {}
                    }
                }
                #expect("\(closed)".contains("the large object is closed"))
                let onlyRead = try await serverFailure {
                    try await db.transaction { tx in
                        let id = try await tx.createLargeObject()
                        try await tx.withLargeObject(id) { try await $0.write([1]) }
                    }
                }
                #expect(onlyRead.message.contains("not opened for writing"))
                struct Stop: Error {}
                await #expect(throws: Stop.self) {
                    try await db.transaction { tx in
                        let id = try await tx.createLargeObject()
                        try await tx.withLargeObject(id) { _ in throw Stop() }
                    }
                }
                // Nothing of all that has stayed.
                let left = try await db.fetchOne("SELECT count(*) FROM pg_largeobject_metadata", as: Int.self)
                #expect(left == 0)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }
}
