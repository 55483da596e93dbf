import PGWire
import Testing

extension Live {
    /// Cursors that go anywhere in their result, and those that belong to no transaction.
    @Suite struct HeldCursors {
        private static let numbers: SQL = "SELECT g FROM generate_series(1, \(1005)::int) AS g"

        @Test(arguments: LiveServer.allCases) func scrolling(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.transaction { tx in
                    try await tx.withCursor(Self.numbers, as: Int.self, scrolls: true) { try await Self.goAround($0) }
                    // Nothing is sent, so the transaction goes on.
                    try await tx.withCursor(Self.numbers, as: Int.self) { cursor in
                        try await Self.refused("scrolls: true") { try await cursor.previous(1) }
                        try await Self.refused("scrolls: true") { try await cursor.row(at: 1) }
                        try await Self.refused("scrolls: true") { try await cursor.move(to: 0) }
                    }
                    try await Self.refused("is of 32 bits") {
                        try await tx.withCursor(Self.numbers, as: Int.self, scrolls: true) {
                            _ = try await $0.row(at: 1 << 31)
                        }
                    }
                }
            }
        }

        private static func refused<R>(_ part: String, _ body: () async throws -> R) async throws {
            let error = try await failure(of: body)
            #expect("\(error)".contains(part))
        }

        private static func goAround(_ cursor: borrowing ResultCursor<Int>) async throws {
            #expect(try await cursor.next(3) == [1, 2, 3])
            #expect(try await cursor.previous(5) == [2, 1])
            #expect(try await cursor.next(1) == [1])
            #expect(try await cursor.row(at: 500) == 500)
            #expect(try await cursor.next(1) == [501])
            #expect(try await cursor.row(at: -1) == 1005)
            #expect(try await cursor.next(1).isEmpty)
            #expect(try await cursor.previous(2) == [1005, 1004])
            #expect(try await cursor.row(at: 1006) == nil)
            #expect(try await cursor.row(at: 0) == nil)
            let moves = (try await cursor.move(to: 1000), try await cursor.move(to: 2000), try await cursor.move(to: 0))
            #expect(moves == (true, false, false))
            #expect(try await cursor.skip(10) == 10)
            var pages = 0
            for try await page in cursor.pages(of: 500) { pages += page.count }
            #expect(pages == 995)
        }

        private static func cursors(_ db: Connection) async throws -> Int {
            try await db.fetchOne("SELECT count(*) FROM pg_cursors WHERE name LIKE 'pgwire%'", as: Int.self)
        }

        @Test(arguments: LiveServer.direct) func betweenTransactions(_ server: LiveServer) async throws {
            try await server.withTable("id int8") { db, table in
                try await db.withCursor(Self.numbers, as: Int.self, scrolls: true) { try await Self.goAround($0) }
                var sum = 0
                try await db.withCursor(Self.numbers) { cursor in
                    for try await page in cursor.pages(of: 100) {
                        let numbers = try page.map { try $0.decode(0, as: Int.self) }
                        sum += numbers.reduce(0, +)
                        try await db.transaction { tx in
                            for number in numbers.prefix(2) {
                                try await tx.execute("INSERT INTO \(identifier: table) VALUES (\(number))")
                            }
                        }
                        _ = try? await db.transaction { tx in try await tx.execute("SELECT 1 / 0") }
                        #expect(try await Self.cursors(db) == 1)
                    }
                }
                #expect(sum == 1005 * 1006 / 2)
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 22)
                #expect(try await Self.cursors(db) == 0)
            }
        }

        /// Whatever the way out, no cursor is left, and the connection is of use.
        @Test func waysOut() async throws {
            try await LiveServer.postgres17.connected {
                $0.statementTimeout = .milliseconds(700)
            } _: { db in
                struct Left: Error {}
                await #expect(throws: Left.self) {
                    try await db.withCursor(Self.numbers, as: Int.self) { cursor in
                        _ = try await cursor.next(1)
                        throw Left()
                    }
                }
                #expect(try await Self.cursors(db) == 0)
                let task = Task {
                    try await db.withCursor(Self.numbers, as: Int.self) { cursor in
                        withUnsafeCurrentTask { $0?.cancel() }
                        _ = try await cursor.next(1)
                    }
                }
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(try await Self.cursors(db) == 0)
                // While it is opened.
                let slow = try await failure {
                    try await db.withCursor("SELECT pg_sleep(20)", as: PostgresVoid.self) { _ in }
                }
                #expect("\(slow)".contains("57014") || "\(slow)".contains("time"))
                #expect(try await Self.cursors(db) == 0)
                // Somebody else has closed it.
                try await db.withCursor(Self.numbers, as: Int.self) { _ in
                    _ = try await db.execute(script: "CLOSE ALL")
                }
                let late = try await db.withCursor(Self.numbers, as: Int.self) { $0.pages(of: 1) }
                try await Self.refused("the cursor is closed") { for try await _ in late {} }
                let syntax = try await failure { try await db.withCursor("DROP TABLE x") { _ in } }
                #expect("\(syntax)".contains("42601"))
                #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
            }
        }

        @Test func isRefusedThroughAPooler() async throws {
            try await LiveServer.pgBouncer.connected { db in
                for _ in 1...2 {
                    try await Self.refused("by tx.withCursor") { try await db.withCursor(Self.numbers) { _ in } }
                }
                #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
            }
            // Where it only looks direct, the first answer tells.
            try await LiveServer.pgBouncer.connected {
                $0.poolerMode = nil
            } _: { db in
                try await Self.refused("by tx.withCursor") { try await db.withCursor(Self.numbers) { _ in } }
            }
        }
    }
}
