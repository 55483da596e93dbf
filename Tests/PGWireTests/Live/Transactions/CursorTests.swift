import PGWire
import Testing

extension Live {
    /// Results that are read page by page.
    @Suite struct Cursors {
        private static let numbers: SQL = "SELECT g, 'n' || g AS name FROM generate_series(1, \(1005)::int) AS g"

        @Test(arguments: LiveServer.allCases) func pagesWithOtherStatementsBetween(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.transaction { tx in
                    try await tx.withCursor(Self.numbers, as: (Int, String).self) { cursor in
                        var sizes: [Int] = []
                        var sum = 0
                        for try await page in cursor.pages(of: 100) {
                            sizes.append(page.count)
                            for (number, name) in page {
                                #expect(name == "n\(number)")
                                sum += number
                            }
                            #expect(try await tx.fetchOne("SELECT \(sum)", as: Int.self) == sum)
                        }
                        #expect(sizes == Array(repeating: 100, count: 10) + [5] && sum == 1005 * 1006 / 2)
                        #expect(try await cursor.next(10).isEmpty)
                    }
                }
            }
        }

        private struct Named: Decodable, Sendable { var name: String }

        @Test(arguments: LiveServer.allCases) func everyWayToDecode(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.transaction { tx in
                    // Two at a time.
                    try await tx.withCursor(Self.numbers) { rows in
                        try await tx.withCursor(Self.numbers, as: Named.self) { structs in
                            let skipped = (try await structs.skip(1000), try await rows.skip(3))
                            #expect(skipped == (1000, 3))
                            #expect(try await structs.next(2).map(\.name) == ["n1001", "n1002"])
                            #expect(try await rows.next(1).map { try $0.decode("g", as: Int.self) } == [4])
                            #expect(try await structs.skip(1000) == 3)
                        }
                    }
                    #expect(
                        try await tx.fetchOne("SELECT count(*) FROM pg_cursors WHERE name LIKE 'pgwire%'", as: Int.self)
                            == 0)
                }
            }
        }

        /// A transaction that goes on after an error in the closure has no cursor left in it, nor a large object.
        @Test(arguments: LiveServer.allCases) func aCaughtError(_ server: LiveServer) async throws {
            struct Caught: Error {}
            try await server.connected { db in
                try await db.transaction { tx in
                    try await tx.execute("CREATE TEMPORARY TABLE caught ON COMMIT DROP AS SELECT 1 AS id")
                    await #expect(throws: Caught.self) {
                        try await tx.withCursor("SELECT id FROM caught") { cursor in
                            _ = try await cursor.next(1)
                            throw Caught()
                        }
                    }
                    // "cannot DROP TABLE because it is being used by active queries in this session"
                    try await tx.execute("DROP TABLE caught")
                    let id = try await tx.createLargeObject()
                    await #expect(throws: Caught.self) { try await tx.withLargeObject(id) { _ in throw Caught() } }
                    let next = try await tx.fetchOne("SELECT lo_open(\(id), 262144)", as: Int32.self)
                    #expect(next == 0)
                    try await tx.removeLargeObject(id)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func whatGoesWrong(_ server: LiveServer) async throws {
            try await server.connected { db in
                let noQuery = try await serverFailure {
                    try await db.transaction { tx in try await tx.withCursor("DROP TABLE x") { _ in } }
                }
                #expect(noQuery.sqlState == .syntaxError)
                let late = try await serverFailure {
                    try await db.transaction { tx in
                        try await tx.withCursor("SELECT 1 / (3 - g) FROM generate_series(1, 5) g", as: Int.self) {
                            cursor in
                            #expect(try await cursor.next(2).count == 2)
                            _ = try await cursor.next(2)
                        }
                    }
                }
                #expect(late.sqlState == .divisionByZero)
                let closed = try await failure {
                    try await db.transaction { tx in
                        let pages = try await tx.withCursor(Self.numbers, as: (Int, String).self) { $0.pages(of: 1) }
                        for try await _ in pages {}
                    }
                }
                #expect("\(closed)".contains("the cursor is closed"))
                try await expectFailure("1 to 2147483647 rows are asked for at once, not 0") {
                    try await db.transaction { tx in try await tx.withCursor(Self.numbers) { try await $0.next(0) } }
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }
}
