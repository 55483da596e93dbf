import PGWire
import Testing

extension Live {
    /// Statements that are left before their end: what comes next comes at once, and what was done stays done.
    @Suite struct LeavingEarly {
        static let huge: SQL = "SELECT generate_series(1, 30000000), repeat('x', 100)"
        struct Enough: Error {}

        /// How long `body` takes: the least of three times, as other processes have the processor too.
        static func time(_ body: () async throws -> Void) async throws -> Duration {
            var least = Duration.seconds(1000)
            for _ in 0..<3 {
                let start = ContinuousClock.now
                try await body()
                least = min(least, .now - start)
            }
            return least
        }

        /// The time that `SELECT 7` takes after `leave`, at best.
        static func timeOfNext<Database: Queryable & ~Copyable>(
            on db: borrowing Database, after leave: (borrowing Database) async throws -> Void
        ) async throws -> Duration {
            var least = Duration.seconds(1000)
            for _ in 0..<3 {
                try await leave(db)
                let start = ContinuousClock.now
                #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
                least = min(least, .now - start)
            }
            return least
        }

        static func leaveHuge<Database: Queryable & ~Copyable>(_ db: borrowing Database) async throws {
            var count = 0
            for try await (number, _) in db.query(huge, as: (Int, String).self) {
                count += 1
                #expect(number == count)
                if count == 10 { break }
            }
            #expect(count == 10)
        }

        @Test(arguments: LiveServer.allCases) func theNextStatementComesAtOnce(_ server: LiveServer) async throws {
            try await server.connected { db in
                let afterBreak = try await Self.timeOfNext(on: db) { db in try await Self.leaveHuge(db) }
                #expect(afterBreak < .milliseconds(100), "\(afterBreak)")
                let afterError = try await Self.timeOfNext(on: db) { db in
                    await #expect(throws: Enough.self) { try await db.forEachRow(Self.huge) { _ in throw Enough() } }
                }
                #expect(afterError < .milliseconds(100), "\(afterError)")
                let afterCopy = try await Self.timeOfNext(on: db) { db in
                    await #expect(throws: Enough.self) {
                        try await db.copyOut("COPY (\(Self.huge)) TO STDOUT") { _ in throw Enough() }
                    }
                }
                #expect(afterCopy < .milliseconds(100), "\(afterCopy)")
                // More rows than were asked for.
                let afterTwo = try await Self.timeOfNext(on: db) { db in
                    let error = try await failure { try await db.fetchOne(Self.huge) }
                    guard case .rowCount = error else { throw error }
                }
                #expect(afterTwo < .milliseconds(100), "\(afterTwo)")
                // A value that cannot be decoded.
                let afterDecoding = try await Self.timeOfNext(on: db) { db in
                    await #expect(throws: PostgresError.self) {
                        try await db.fetchAll(Self.huge, as: (Bool, Bool).self)
                    }
                }
                #expect(afterDecoding < .milliseconds(100), "\(afterDecoding)")
            }
        }

        /// Left in a transaction, it goes on; and what it did before is kept.
        @Test(arguments: LiveServer.allCases) func aTransactionGoesOn(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("CREATE TABLE left_in_block (number int)")
                try await db.transaction { tx in
                    try await tx.execute("INSERT INTO left_in_block VALUES (1)")
                    let next = try await Self.timeOfNext(on: tx) { tx in try await Self.leaveHuge(tx) }
                    #expect(next < .milliseconds(100), "\(next)")
                    try await tx.execute("INSERT INTO left_in_block VALUES (2)")
                    try await Self.leaveHuge(tx)
                }
                #expect(try await db.fetchAll("SELECT number FROM left_in_block ORDER BY 1", as: Int.self) == [1, 2])
                // The end of one that is rolled back waits for nothing either.
                let rollback = try await Self.time {
                    await #expect(throws: Enough.self) {
                        try await db.transaction { tx in
                            try await tx.forEachRow(Self.huge) { _ in throw Enough() }
                        }
                    }
                }
                #expect(rollback < .milliseconds(150), "\(rollback)")
                try await db.execute("DROP TABLE left_in_block")
            }
        }

        /// What a statement has done stays done when nobody reads its rows to the end.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func whatWasDoneStaysDone(_ server: LiveServer)
            async throws
        {
            try await server.connected { db in
                try await db.execute("CREATE TABLE left_rows (number int, text text)")
                try await db.execute(
                    """
                    CREATE FUNCTION left_row(number int) RETURNS text LANGUAGE sql AS
                    'INSERT INTO left_rows VALUES (number, repeat(''x'', 100)) RETURNING text'
                    """)
            }
            let statements: [SQL] = [
                "INSERT INTO left_rows SELECT g, repeat('x', 100) FROM generate_series(1, 100000) AS g RETURNING text",
                """
                WITH added AS (
                    INSERT INTO left_rows SELECT g, repeat('x', 100) FROM generate_series(1, 100000) AS g RETURNING text
                ) SELECT * FROM added
                """,
                "SELECT left_row(g) FROM generate_series(1, 20000) AS g",
            ]
            for statement in statements {
                let expected = statement.text.utf8.starts(with: "SELECT".utf8) ? 20_000 : 100_000
                for way in 0..<4 {
                    switch way {
                    case 0: try await server.connected { db in try await Self.leave(statement, db, thenCall: true) }
                    case 1: try await server.connected { db in try await Self.leave(statement, db, thenCall: false) }
                    case 2:
                        try await server.connected { db in
                            await #expect(throws: Enough.self) {
                                try await db.forEachRow(statement) { _ in throw Enough() }
                            }
                        }
                    default:
                        try await server.pooled(maximum: 1) { pool, _ in
                            try await pool.withConnection { db in try await Self.leave(statement, db, thenCall: false) }
                        }
                    }
                    let count = try await server.connected { db in
                        let count = try await db.fetchOne("SELECT count(*) FROM left_rows", as: Int.self)
                        try await db.execute("TRUNCATE left_rows")
                        return count
                    }
                    #expect(count == expected, "\(statement), way \(way)")
                }
            }
            try await server.connected { db in
                try await db.execute(script: "DROP TABLE left_rows CASCADE; DROP FUNCTION left_row")
            }
        }

        private static func leave(_ statement: SQL, _ db: Connection, thenCall: Bool) async throws {
            for try await text in db.query(statement, as: String.self) {
                #expect(text.utf8.count == 100)
                break
            }
            if thenCall { #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7) }
        }

        /// A connection that comes back to the pool while an iterator was carried out is free at once.
        @Test(arguments: LiveServer.allCases) func anIteratorThatWasCarriedOut(_ server: LiveServer) async throws {
            try await server.pooled(maximum: 1) { pool, _ in
                let time = try await Self.time {
                    var carried: RowSequence<Int>.AsyncIterator?
                    try await pool.withConnection { db in
                        var iterator = db.query("SELECT generate_series(1, 30000000)", as: Int.self)
                            .makeAsyncIterator()
                        let first = try await iterator.next()
                        #expect(first == 1)
                        carried = iterator
                    }
                    try await pool.expectEcho(of: 7)
                    let error = try await failure { try await carried?.next() }
                    guard case .usage = error else { throw error }
                }
                // Some calls and a round trip; what is left of the result would take seconds.
                #expect(time < .milliseconds(500), "\(time)")
                #expect(pool.statistics.opened == 1)
                // As with a transaction.
                try await pool.withConnection { db in
                    var carried: RowSequence<Int>.AsyncIterator?
                    try await db.transaction { tx in
                        var iterator = tx.query("SELECT generate_series(1, 30000000)", as: Int.self)
                            .makeAsyncIterator()
                        let first = try await iterator.next()
                        #expect(first == 1)
                        carried = iterator
                    }
                    #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
                    await #expect(throws: PostgresError.self) { try await carried?.next() }
                }
                #expect(pool.statistics.opened == 1)
            }
        }

        /// The wait for what must be read to its end obeys the timeout of the call that waits, and its cancellation.
        @Test(arguments: [LiveServer.postgres17, .pgBouncer]) func theWaitForTheRestEnds(_ server: LiveServer)
            async throws
        {
            try await server.connected { db in
                try await db.execute(
                    """
                    CREATE OR REPLACE FUNCTION slow_row(number int) RETURNS text LANGUAGE plpgsql AS
                    'BEGIN IF number > 20 THEN PERFORM pg_sleep(60); END IF; RETURN repeat(''x'', 9000); END'
                    """)
                let slow: SQL = "SELECT slow_row(g) FROM generate_series(1, 30) AS g"
                for try await _ in db.query(slow, timeout: .milliseconds(3500)) { break }
                let start = ContinuousClock.now
                let waiting = Task { try await db.fetchOne("SELECT 7", as: Int.self) }
                try await Task.sleep(for: .milliseconds(100))
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
                #expect(.now - start < .seconds(2))
                let error = try await connectionFailure {
                    try await db.fetchOne("SELECT 7", as: Int.self, timeout: .milliseconds(100))
                }
                #expect(error.reason == .timedOut)
                #expect(error.description.contains("goes on, as it may change data"), "\(error)")
                #expect(.now - start < .seconds(8))
                #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
            }
        }
    }
}
