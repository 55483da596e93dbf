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
