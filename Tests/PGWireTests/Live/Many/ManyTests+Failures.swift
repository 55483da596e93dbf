import PGWire
import Synchronization
import Testing

/// What fails, where, and what of it stays.
extension Live.Many {
    /// A value that cannot be sent where its number is negative.
    struct Fragile: PostgresEncodable {
        static let postgresType = OID.int4
        var number: Int32
        func encode(to writer: inout ByteWriter) throws {
            writer.write(number)
            if number < 0 { throw ValueEncodingError.invalid("it is negative") }
        }
    }

    /// Early, in the middle and late of few and of many: the index is told, and nothing stays.
    @Test(arguments: LiveServer.allCases) func theElementThatFails(_ server: LiveServer) async throws {
        try await server.withTable("id int4 PRIMARY KEY, name text") { db, table async throws in
            for (count, bad) in [(1, 0), (10, 0), (10, 9), (60_000, 0), (60_000, 30_000), (60_000, 59_999)] {
                let rows = (0..<count).lazy.map { (Int32($0 == bad ? -1 : $0), String?.some("some text")) }
                try await db.execute("INSERT INTO \(identifier: table) VALUES (-1, 'there')")
                let error = try await serverFailure { try await db.executeMany(Self.insert(table), rows) }
                #expect(error.sqlState == .uniqueViolation && error.elementIndex == bad)
                #expect(error.sql == "INSERT INTO \"\(table)\" VALUES ($1, $2)")
                #expect("\(error)".contains("\nELEMENT: \(bad), counted from 0"))
                #expect(try await Self.count(db, table) == 1)
                try await db.execute("TRUNCATE \(identifier: table)")
            }
        }
    }

    /// A cancellation that comes when all is sent, the Sync included, is too late where the server has committed: what was done is
    /// not told as undone.
    @Test(arguments: LiveServer.allCases) func cancelledTooLate(_ server: LiveServer) async throws {
        let task = Mutex<Task<Int, any Error>?>(nil)
        try await server.withTable(
            "id int4, name text",
            { $0.trafficObserver = { direction, _ in if direction == .sent { task.withLock { $0?.cancel() } } } }
        ) { db, table async throws in
            var (done, cancelled) = (0, 0)
            for _ in 1...30 {
                // It begins when it can be found.
                let running = task.withLock { task in
                    let made = Task { try await db.executeMany(Self.insert(table), Self.rows(50)) }
                    task = made
                    return made
                }
                let outcome = await running.result
                task.withLock { $0 = nil }
                let count = try await Self.count(db, table)
                switch outcome {
                case .success(let told):
                    #expect(told == 50 && count == 50)
                    done += 1
                case .failure(let error):
                    #expect(error is CancellationError && count == 0)
                    cancelled += 1
                }
                try await db.execute("TRUNCATE \(identifier: table)")
            }
            #expect(done + cancelled == 30)
            #expect(done > 0)
        }
    }

    /// The same of a value that cannot be encoded: of what was sent by then nothing stays, and no notice tells of that.
    @Test(arguments: LiveServer.allCases) func aValueThatCannotBeEncoded(_ server: LiveServer) async throws {
        let notices = Mutex(0)
        try await server.withTable("id int4", { $0.noticeHandler = { _ in notices.withLock { $0 += 1 } } }) {
            db, table in
            let statement: PreparedStatement<Fragile, String> =
                "INSERT INTO \(identifier: table) SELECT $1 WHERE $2 <> ''"
            for (count, bad) in [(1, 0), (10, 0), (10, 9), (60_000, 0), (60_000, 30_000), (60_000, 59_999)] {
                let rows = (0..<count).lazy.map { (Fragile(number: $0 == bad ? -1 : Int32($0)), "some text") }
                let thrown = try await failure { try await db.executeMany(statement, rows) }
                guard case .encoding(let error) = thrown else { throw thrown }
                #expect(error.elementIndex == bad && error.parameter == 1)
                #expect(
                    error.description == "parameter $1 of the element at index \(bad): it is negative")
                #expect(try await Self.count(db, table) == 0)
                // In parts those stay that came before.
                _ = try await failure { try await db.executeMany(statement, rows, committing: .every(1000)) }
                #expect(try await Self.count(db, table) == bad / 1000 * 1000)
                try await db.execute("TRUNCATE \(identifier: table)")
            }
            #expect(notices.withLock { $0 } == 0)
        }
    }

    @Test(arguments: LiveServer.allCases) func inATransaction(_ server: LiveServer) async throws {
        try await server.withTable("id int4 PRIMARY KEY, name text") { db, table async throws in
            try await db.transaction { tx in
                #expect(try await tx.executeMany(Self.insert(table), Self.rows(1000)) == 1000)
                let inner = try await failure {
                    try await tx.savepoint { nested in
                        try await nested.executeMany(Self.insert(table), [(5000, nil), (7, nil)] as [(Int32, String?)])
                    }
                }
                guard case .server(let error) = inner else { throw inner }
                #expect(error.elementIndex == 1)
                #expect(try await Self.count(tx, table) == 1000)
            }
            #expect(try await Self.count(db, table) == 1000)
            // What was sent cannot stay: the transaction has failed.
            let rows = (0..<60_000).lazy.map { Fragile(number: $0 == 59_999 ? -1 : Int32($0) + 10_000) }
            let statement: PreparedStatement<Fragile> = "INSERT INTO \(identifier: table) VALUES ($1)"
            await #expect(throws: PostgresError.self) {
                try await db.transaction { tx in
                    _ = try? await tx.executeMany(statement, rows)
                    try await tx.execute("SELECT 1")
                }
            }
            #expect(try await Self.count(db, table) == 1000)
        }
    }

    @Test(arguments: LiveServer.allCases) func partsBeforeAnErrorStay(_ server: LiveServer) async throws {
        try await server.withTable("id int4 PRIMARY KEY, name text") { db, table async throws in
            let rows = (0..<100).lazy.map { (Int32($0 == 57 ? 3 : $0), String?.none) }
            let error = try await serverFailure {
                try await db.executeMany(Self.insert(table), rows, committing: .every(10))
            }
            #expect(error.elementIndex == 57)
            #expect(try await Self.count(db, table) == 50)
        }
    }

    /// An error at the end, or before the first element, is about none of them.
    @Test(arguments: LiveServer.allCases) func errorsAboutNoElement(_ server: LiveServer) async throws {
        try await server.withTable("id int4 UNIQUE DEFERRABLE INITIALLY DEFERRED") { db, table async throws in
            let deferred = try await serverFailure {
                try await db.executeMany("INSERT INTO \(identifier: table) VALUES ($1)", [Int32(1), 2, 1])
            }
            #expect(deferred.sqlState == .uniqueViolation && deferred.elementIndex == nil)
            let text = try await serverFailure { try await db.executeMany("SELECT $1::int4 FROM", [1]) }
            #expect(text.sqlState == .syntaxError && text.elementIndex == nil && text.sql == "SELECT $1::int4 FROM")
            #expect(try await Self.count(db, table) == 0)
        }
    }

    @Test(arguments: LiveServer.allCases) func whatIsRefusedBeforehand(_ server: LiveServer) async throws {
        try await server.connected { db in
            let before = try await db.traffic()
            let other =
                "executeMany and fetchMany run a SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or WITH for each element, and this is "
                + "another statement: run it by execute"
            for statement: PreparedStatement<> in [
                "COPY player FROM STDIN", "BEGIN", "COMMIT", "/* */ rollback", "CALL f()", "", "VACUUM", "SET a.b = 1",
            ] {
                try await expectFailure(other) { try await db.executeMany(statement, [()]) }
            }
            try await expectFailure("1 value came with the text, which has no $1") {
                try await db.executeMany("SELECT 1", [1])
            }
            try await expectFailure("the text has $2, but 1 value came with it") {
                try await db.executeMany("SELECT $1, $2", [1])
            }
            try await expectFailure("a commit after every 0 elements is none: say at least 1") {
                try await db.executeMany("SELECT $1", [1], committing: .every(0))
            }
            #expect(try await db.traffic() == before)
            #expect(try await db.executeMany("-- a comment\n(SELECT $1::int4)", [1]) == 1)
        }
    }

    /// An error of whoever takes the rows undoes what they came of, also at the last.
    @Test(arguments: LiveServer.allCases) func errorsOfTheClosure(_ server: LiveServer) async throws {
        try await server.withTable("id int4 PRIMARY KEY, name text") { db, table async throws in
            let statement: PreparedStatement<Int32, String?> =
                "INSERT INTO \(identifier: table) VALUES ($1, $2) RETURNING id, name"
            for (count, bad) in [(1, 0), (10, 5), (60_000, 0), (60_000, 30_000), (60_000, 59_999)] {
                let rows = (0..<count).lazy.map { (Int32($0), $0 == bad ? nil : "some text") }
                await #expect(throws: Stop.self) {
                    try await db.fetchMany(statement, rows, as: (Int32, String?).self) { index, id, _ in
                        if id == bad { throw Stop() }
                    }
                }
                #expect(try await Self.count(db, table) == 0)
                let thrown = try await failure {
                    _ = try await db.fetchMany(statement, rows, as: (Int32, String).self)
                }
                guard case .decoding(let error) = thrown else { throw thrown }
                #expect(error.elementIndex == bad && error.columnName == "name")
                #expect(try await Self.count(db, table) == 0)
                let wrong = try await failure { try await db.fetchMany(statement, rows, as: Int32.self) { _, _ in } }
                guard case .decoding = wrong else { throw wrong }
                #expect(try await Self.count(db, table) == 0)
            }
            // What only reads leaves the transaction alone.
            try await db.transaction { tx in
                for count in [10, 60_000] {
                    await #expect(throws: Stop.self) {
                        try await tx.fetchMany("SELECT $1::int4", 0..<count, as: Int.self) { index, _ in
                            if index == 5 { throw Stop() }
                        }
                    }
                    try await tx.executeMany(Self.insert(table), [(Int32(count), nil)] as [(Int32, String?)])
                }
            }
            #expect(try await Self.count(db, table) == 2)
        }
    }

    @Test(arguments: LiveServer.allCases) func timeouts(_ server: LiveServer) async throws {
        try await server.withTable("seconds float8") { db, table async throws in
            let statement: PreparedStatement<Double> =
                "INSERT INTO \(identifier: table) SELECT $1 FROM pg_sleep($1)"
            // Each element has its own time.
            #expect(
                try await db.executeMany(statement, Array(repeating: 0.2, count: 4), timeout: .milliseconds(600)) == 4)
            let clock = ContinuousClock.now
            let error = try await serverFailure {
                try await db.executeMany(statement, [0, 0, 600, 0], timeout: .milliseconds(200))
            }
            #expect(error.sqlState == .queryCanceled && error.elementIndex == 2)
            #expect(.now - clock < .seconds(5))
            #expect(try await Self.count(db, table) == 4)
            #expect(try await db.fetchOne("SELECT current_setting('statement_timeout')", as: String.self) == "0")
        }
    }

    @Test(arguments: LiveServer.allCases) func cancelling(_ server: LiveServer) async throws {
        let mark = "many_\(UInt32.random(in: 0 ... .max))"
        try await server.observed { observer in
            try await server.withTable("seconds float8, text text") { db, table async throws in
                let statement: PreparedStatement<Double, String> =
                    "INSERT INTO \(identifier: table) SELECT $1, $2 FROM pg_sleep($1) /* \(raw: mark) */"
                for count in [10, 60_000] {
                    let task = Task {
                        try await db.executeMany(statement, (0..<count).lazy.map { ($0 == 1 ? 600 : 0, "some text") })
                    }
                    try await observer.wait(for: .isRunning(mark))
                    let clock = ContinuousClock.now
                    task.cancel()
                    await #expect(throws: CancellationError.self) { _ = try await task.value }
                    #expect(.now - clock < .seconds(4))
                    #expect(try await Self.count(db, table) == 0)
                }
                // An endless sequence ends by that alone.
                let endless = Task {
                    try await db.executeMany(statement, sequence(first: (0.0, "x")) { $0 })
                }
                try await observer.wait(for: .isRunning(mark))
                endless.cancel()
                await #expect(throws: CancellationError.self) { _ = try await endless.value }
                #expect(try await Self.count(db, table) == 0)
            }
        }
    }
}
