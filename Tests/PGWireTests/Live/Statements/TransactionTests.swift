import PGWire
import Synchronization
import Testing

extension Live {
    @Suite struct Transactions {
        /// A table that all servers' tests may use, made and dropped around `body`.
        private func withTable<R>(
            _ server: LiveServer, _ body: (Connection, SQL) async throws -> R
        ) async throws -> R {
            let name = "tx_\(UInt32.random(in: 0 ... .max))"
            return try await server.connected { db in
                try await db.execute("CREATE TABLE \(identifier: name) (id int PRIMARY KEY, n int NOT NULL)")
                do {
                    let result = try await body(db, "\(identifier: name)")
                    try await db.execute("DROP TABLE \(identifier: name)")
                    return result
                } catch {
                    _ = try? await db.execute("DROP TABLE \(identifier: name)")
                    throw error
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func commitAndRollBack(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                let id = try await db.transaction { tx in
                    try await tx.execute("INSERT INTO \(table) VALUES (1, 10)")
                    return try await tx.fetchOne("SELECT id FROM \(table)", as: Int.self)
                }
                #expect(id == 1)
                await #expect(throws: Stop.self) {
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO \(table) VALUES (2, 20)")
                        throw Stop()
                    }
                }
                // An error of the server, thrown on, comes out unchanged.
                let error = try await serverFailure {
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO \(table) VALUES (3, 30)")
                        try await tx.execute("INSERT INTO \(table) VALUES (1, 40)")
                    }
                }
                #expect(error.sqlState == .uniqueViolation)
                #expect(try await db.fetchAll("SELECT id FROM \(table)", as: Int.self) == [1])
                // A constraint that is checked at the end makes COMMIT itself fail.
                try await db.execute(
                    "ALTER TABLE \(table) ADD CONSTRAINT late UNIQUE (n) DEFERRABLE INITIALLY DEFERRED")
                let late = try await serverFailure {
                    try await db.transaction { tx in try await tx.execute("INSERT INTO \(table) VALUES (5, 10)") }
                }
                #expect(late.sqlState == .uniqueViolation)
                #expect(try await db.fetchAll("SELECT id FROM \(table)", as: Int.self) == [1])
            }
        }

        @Test(arguments: LiveServer.allCases) func haveTheirIsolation(_ server: LiveServer) async throws {
            let settings: SQL = """
                SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                    current_setting('transaction_deferrable')
                """
            try await server.connected { db in
                for (isolation, name) in [
                    (IsolationLevel.readCommitted, "read committed"), (.repeatableRead, "repeatable read"),
                    (.serializable, "serializable"),
                ] {
                    let set = try await db.transaction(isolation: isolation, readOnly: true, deferrable: true) { tx in
                        try await tx.fetchOne(settings, as: (String, String, String).self)
                    }
                    #expect(set == (name, "on", "on"))
                }
                let unset = try await db.transaction {
                    try await $0.fetchOne(settings, as: (String, String, String).self)
                }
                #expect(unset == ("read committed", "off", "off"))
                let error = try await serverFailure {
                    try await db.transaction(readOnly: true) { tx in
                        try await tx.execute("CREATE TABLE refused (id int)")
                    }
                }
                #expect(error.sqlState == .readOnlySqlTransaction)
            }
        }

        @Test(arguments: LiveServer.allCases) func aSwallowedFailureIsNoCommit(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                try await expectFailure(
                    "the transaction was rolled back instead of committed, because a statement in it had failed: let the "
                        + "error leave the closure instead of going on"
                ) {
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO \(table) VALUES (1, 1)")
                        _ = try? await tx.execute("SELECT 1/0")
                    }
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(table)", as: Int.self) == 0)
            }
        }

        @Test(arguments: LiveServer.allCases) func nestedCallsAreAnErrorAndNoDeadlock(_ server: LiveServer) async throws
        {
            let text =
                "this task has a transaction open on the connection: use the transaction that the closure was given, as a call "
                + "on the connection itself would wait for it for ever"
            try await server.connected { db in
                try await db.transaction { tx in
                    try await expectFailure(text) { try await db.execute("SELECT 1") }
                    try await expectFailure(text) { try await db.transaction { _ in } }
                    try await expectFailure(text) { try await db.execute(script: "SELECT 1") }
                    try await expectFailure(text) { try await db.parameter("TimeZone") }
                    try await expectFailure(text) { for try await _ in db.query("SELECT 1") {} }
                    // Neither does a task of its own get past it.
                    async let child = db.fetchOne("SELECT 1", as: Int.self)
                    do {
                        _ = try await child
                        Issue.record("a child task's call went through")
                    } catch { #expect("\(error)" == text) }
                    #expect(try await tx.fetchOne("SELECT 1", as: Int.self) == 1)
                    // Another connection is another matter.
                    #expect(try await server.connected { try await $0.fetchOne("SELECT 2", as: Int.self) } == 2)
                }
                #expect(try await db.fetchOne("SELECT 3", as: Int.self) == 3)
            }
        }

        @Test(arguments: [LiveServer.postgres17]) func aSequenceKeptBeyondTheEndIsRefused(_ server: LiveServer)
            async throws
        {
            try await server.connected { db in
                let kept = try await db.transaction { tx in tx.query("SELECT 1", as: Int.self) }
                try await expectFailure("the transaction is over: use it only inside the closure that it was given to")
                {
                    for try await _ in kept {}
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// An iterator in the middle of its rows is no obstacle to the commit either, and of no use afterwards.
        @Test func anIteratorCarriedOutIsRefused() async throws {
            try await LiveServer.postgres17.connected { db in
                var carried: RowSequence<Int>.AsyncIterator?
                let start = ContinuousClock.now
                try await db.transaction { tx in
                    carried = tx.query("SELECT generate_series(1, 50000)", as: Int.self).makeAsyncIterator()
                    let first = try await carried?.next()
                    #expect(first == 1)
                }
                #expect(.now - start < .seconds(1))
                try await expectFailure("the transaction is over: use it only inside the closure that it was given to")
                {
                    _ = try await carried?.next()
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// A sequence left half read inside is no obstacle to the commit.
        @Test(arguments: LiveServer.allCases) func commitAfterStoppingEarly(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                try await db.transaction { tx in
                    try await tx.execute("INSERT INTO \(table) SELECT i, i FROM generate_series(1, 20000) i")
                    for try await _ in tx.query("SELECT * FROM \(table)") { break }
                }
                await #expect(throws: Stop.self) {
                    try await db.transaction { tx in
                        try await tx.execute("DELETE FROM \(table)")
                        for try await _ in tx.query("SELECT generate_series(1, 50000)") { throw Stop() }
                    }
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(table)", as: Int.self) == 20_000)
            }
        }

        /// Two serializable transactions that each read what the other writes: one must be run again.
        @Test(arguments: LiveServer.allCases) func retryAfterASerializationFailure(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                try await db.execute("INSERT INTO \(table) VALUES (1, 0), (2, 0)")
                let meeting = Meeting()
                let attempts = [Log<Int>(), Log<Int>()]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<2 {
                        group.addTask {
                            try await Self.addToSum(server, table, row: index + 1, attempts[index], meeting)
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(attempts[0].all.count + attempts[1].all.count == 3)
                // As if one after the other: 0 + 1, then 1 + 1.
                #expect(try await db.fetchAll("SELECT n FROM \(table) ORDER BY n", as: Int.self) == [1, 2])
                // Without retries the error comes out.
                let tries = Log<Void>()
                let error = try await serverFailure {
                    try await db.transaction(retries: 2) { tx in
                        tries.append(())
                        try await tx.execute(
                            "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$")
                    }
                }
                #expect(error.sqlState == .serializationFailure)
                #expect(tries.all.count == 3)
            }
        }

        private static func addToSum(
            _ server: LiveServer, _ table: SQL, row: Int, _ attempts: Log<Int>, _ meeting: Meeting
        ) async throws {
            try await server.connected { db in
                try await db.transaction(isolation: .serializable, retries: 5) { tx in
                    let attempt = attempts.append(row)
                    let sum = try await tx.fetchOne("SELECT sum(n) FROM \(table)", as: Int.self)
                    // Both have read before either writes.
                    if attempt == 1 { await meeting.meet() }
                    try await tx.execute("UPDATE \(table) SET n = \(sum + 1)::int WHERE id = \(row)::int")
                }
            }
        }
    }
}

/// Where two tasks wait for each other.
private final class Meeting: Sendable {
    private let first = Mutex<CheckedContinuation<Void, Never>?>(nil)

    func meet() async {
        await withCheckedContinuation { continuation in
            let other = first.withLock { first -> CheckedContinuation<Void, Never>? in
                defer { first = first == nil ? continuation : nil }
                return first
            }
            guard let other else { return }
            other.resume()
            continuation.resume()
        }
    }
}
