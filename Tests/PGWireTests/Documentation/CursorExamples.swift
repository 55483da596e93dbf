import PGWire

/// What Documentation/Cursors.md shows.
enum CursorExamples {
    static func pages(_ db: Connection) async throws -> Int {
        var copied = 0
        // shown: begin
        try await db.transaction { tx in
            try await tx.withCursor("SELECT id, name FROM player ORDER BY id", as: (Int64, String?).self) { cursor in
                for try await page in cursor.pages(of: 500) {
                    for (id, name) in page {
                        try await tx.execute("INSERT INTO archive (id, name) VALUES (\(id), \(name))")
                        copied += 1
                    }
                }
            }
        }
        // shown: end
        return copied
    }

    static func anyRow(_ db: Connection) async throws -> Int64? {
        // shown: begin
        try await db.withCursor("SELECT id, name FROM player ORDER BY id", as: (Int64, String?).self, scrolls: true) {
            cursor in
            let last = try await cursor.row(at: -1)
            let before = try await cursor.previous(10)  // the nearest first
            try await cursor.move(to: 0)
            let first = try await cursor.next(10)
            print(before.count, first.count)
            return last?.0
        }
        // shown: end
    }

    static func largeObject(_ db: Connection, bytes: [UInt8]) async throws -> (OID, Int) {
        // shown: begin
        let id = try await db.transaction { tx in
            let id = try await tx.createLargeObject()
            try await tx.withLargeObject(id, for: .writing) { object in try await object.write(bytes) }
            return id
        }
        // shown: end
        var size = 0
        // shown: begin
        try await db.transaction { tx in
            try await tx.withLargeObject(id) { object in
                for try await piece in object.chunks() { size += piece.count }
                try await object.seek(to: -4, from: .end)
                let last = try await object.read(4)
                print(last)
            }
            try await tx.removeLargeObject(id)
        }
        // shown: end
        return (id, size)
    }
}
