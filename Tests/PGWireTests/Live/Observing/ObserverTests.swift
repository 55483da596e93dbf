import CAllocationCounter
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Whoever observes sees all that is done, and what it took.
    @Suite struct Observing {
        struct Failure: Error {}

        private func connected(
            _ server: LiveServer, _ body: (Connection, RecordingObserver, CountedBytes) async throws -> Void
        ) async throws {
            let (observer, bytes) = (RecordingObserver(), CountedBytes())
            var configuration = try await server.configuration
            configuration.observer = observer
            configuration.trafficObserver = { bytes.count($0, $1) }
            try await Connection.withConnection(configuration) { try await body($0, observer, bytes) }
            #expect(observer.openCount == 0)
            #expect(observer.lines.all.last == "closed connection.closed true")
            let end = try #require(observer.closed.all.first)
            #expect((end.bytesSent, end.bytesReceived) == bytes.all)
        }

        /// Statements of all kinds; what each was is told in their order, and their bytes are all that have passed.
        @Test(arguments: LiveServer.allCases) func everyStatementIsSeen(_ server: LiveServer) async throws {
            try await connected(server) { db, observer, bytes in
                try await everyKind(db)
                #expect(
                    observer.lines.all == [
                        "connect ok", "call SELECT: SELECT rows=1", "call SELECT generate_series: SELECT rows=3",
                        "call SELECT: 22012", "sequence SELECT generate_series: SELECT rows=2500",
                        "call CREATE TABLE observed: CREATE TABLE rows=0",
                        "copyIn COPY observed: COPY rows=2", "call INSERT observed: INSERT rows=1",
                        "call UPDATE observed: UPDATE rows=0",
                        "copyOut COPY observed: COPY rows=3", "script SELECT SELECT: SELECT rows=2",
                        "1/3 SELECT: SELECT rows=1", "2/3 DELETE observed: DELETE rows=0",
                        "3/3 SELECT generate_series: SELECT rows=2", "1/3 SELECT: SELECT rows=1",
                        "2/3 SELECT: 22012",
                        "3/3 SELECT: pipelineAborted", "call DROP TABLE observed: DROP TABLE rows=0",
                        "notice look", "call DO: DO rows=0", "call SELECT: encoding",
                    ])
                let attempt = try #require(observer.attempts.all.first)
                let statements = observer.statements.all.map(\.1)
                #expect(attempt.bytesSent + statements.reduce(0) { $0 + $1.bytesSent } == bytes.all.sent)
                #expect(attempt.bytesReceived + statements.reduce(0) { $0 + $1.bytesReceived } == bytes.all.received)
                if db.tls == nil {
                    let traffic = try await db.traffic()
                    #expect((traffic.bytesSent, traffic.bytesReceived) == bytes.all)
                }
                #expect(
                    statements.dropLast().allSatisfy { $0.bytesSent > 0 && $0.bytesReceived > 0 && $0.duration > .zero }
                )
                #expect(statements.last.map { $0.bytesSent + $0.bytesReceived } == 0)
                #expect(attempt.steps.count == (db.tls == nil ? 3 : 4))
                #expect(attempt.steps.reduce(.zero) { $0 + $1.duration } <= attempt.duration)
                let seen = try #require(observer.statements.all.first?.0)
                #expect(
                    seen.connection.backendProcessID == db.backendProcessID && seen.connection.endpoint == db.endpoint)
            }
        }

        private func everyKind(_ db: Connection) async throws {
            try await db.execute("SELECT 1")
            _ = try await db.fetchAll("SELECT * FROM generate_series(1, \(3)) AS g", as: Int.self)
            _ = try await serverFailure { try await db.execute("SELECT 1 / \(0)") }
            var sum = 0
            for try await number in db.query("SELECT g FROM generate_series(1, 2500) g", as: Int.self) { sum += number }
            #expect(sum == 2500 * 2501 / 2)
            // A temporary table would be one server process's.
            try await db.execute("CREATE TABLE IF NOT EXISTS observed (a int, b text)")
            try await db.copyIn("COPY observed FROM STDIN") { writer in try await writer.write("1\tone\n2\ttwo\n") }
            _ = try await db.fetchOne("INSERT INTO observed VALUES (3, 'three') RETURNING a", as: Int.self)
            try await db.execute("UPDATE observed SET b = \("secret") WHERE a > 0")
            try await db.copyOut("COPY observed TO STDOUT") { _ in }
            try await db.execute(script: "SELECT 1; SELECT 'two'")
            _ = try await db.pipeline { p in
                (
                    try p.fetchOne("SELECT 1", as: Int.self), try p.execute("DELETE FROM observed"),
                    try p.fetchAll("SELECT g FROM generate_series(1, 2) g", as: Int.self)
                )
            }
            _ = try await serverFailure {
                try await db.pipeline { p in try (0..<3).map { try p.execute("SELECT 1 / \(1 - $0)") } }
            }
            try await db.execute("DROP TABLE observed")
            try await db.execute("DO $$ BEGIN RAISE NOTICE 'look'; END $$")
            _ = try await failure { try await db.execute("SELECT \(String(repeating: "\u{0}", count: 2))") }
        }

        /// A transaction with its attempts, those in it, and what becomes of it.
        @Test(arguments: LiveServer.allCases) func transactionsAreSeen(_ server: LiveServer) async throws {
            try await connected(server) { db, observer, bytes in
                let count = Log<Int>()
                try await db.transaction(settings: ["app.tenant": "7"], retries: 2) { tx in
                    count.append(1)
                    guard count.all.count > 1 else {
                        try await tx.execute(
                            "DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '40001'; END $$")
                        return
                    }
                    for try await _ in tx.query("SELECT g FROM generate_series(1, 2500) g", as: Int.self) {}
                    try await tx.savepoint { sp in try await sp.execute("SELECT 2") }
                }
                await #expect(throws: Failure.self) { try await db.transaction { _ in throw Failure() } }
                #expect(
                    observer.lines.all.dropFirst() == [
                        "call BEGIN: BEGIN rows=0 in #1", "call DO: 40001 in #1",
                        "call ROLLBACK: ROLLBACK rows=0 in #1",
                        "transaction 1 rolledBack 40001", "retry 1 40001", "call BEGIN: BEGIN rows=0 in #2",
                        "sequence SELECT generate_series: SELECT rows=2500 in #2",
                        "call SAVEPOINT: SAVEPOINT rows=0 in #2", "call SELECT: SELECT rows=1 in #2",
                        "call RELEASE SAVEPOINT: RELEASE rows=0 in #2", "call COMMIT: COMMIT rows=0 in #2",
                        "transaction 2 committed ok", "call BEGIN: BEGIN rows=0 in #1",
                        "call ROLLBACK: ROLLBACK rows=0 in #1",
                        "transaction 1 rolledBack \(String(reflecting: Failure.self))",
                    ])
                let attempt = try #require(observer.attempts.all.first)
                let statements = observer.statements.all.map(\.1)
                #expect(attempt.bytesSent + statements.reduce(0) { $0 + $1.bytesSent } == bytes.all.sent)
                #expect(attempt.bytesReceived + statements.reduce(0) { $0 + $1.bytesReceived } == bytes.all.received)
            }
        }

        /// What is left early, cancelled, or sent once more.
        @Test(arguments: LiveServer.allCases) func whatGoesWrongIsSeen(_ server: LiveServer) async throws {
            try await connected(server) { db, observer, _ in
                for try await _ in db.query("SELECT g FROM generate_series(1, 20000) g", as: Int.self) { break }
                try await db.execute("SELECT 1")
                _ = try await failure {
                    try await db.execute(script: "SELECT pg_sleep(10)", timeout: .milliseconds(30))
                }
                #expect(
                    observer.lines.all.dropFirst().filter { $0 != "cancel true" } == [
                        "sequence SELECT generate_series: left", "call SELECT: SELECT rows=1",
                        "script SELECT: connection.timedOut",
                    ])
                #expect(observer.lines.all.suffix(2).first == "cancel true")
            }
        }

        @Test(arguments: LiveServer.direct) func aStatementThatIsSentAgainIsSeen(_ server: LiveServer) async throws {
            try await connected(server) { db, observer, _ in
                try await db.execute("CREATE TABLE changing (a int)")
                for _ in 1...4 { _ = try await db.fetchAll("SELECT * FROM changing") }
                try await server.observed { try await $0.execute("ALTER TABLE changing ADD b text") }
                _ = try await db.fetchAll("SELECT * FROM changing")
                try await db.execute("DROP TABLE changing")
                #expect(observer.lines.all.contains("again SELECT 0A000"))
                let prepared = observer.statements.all.filter { $0.0.summary == "SELECT changing" }.map(\.1.isPrepared)
                #expect(prepared.contains(true) && prepared.first == false)
            }
        }

        /// Each of several observers gets back what it has given itself.
        @Test func observersOfAGroupAreKeptApart() async throws {
            let (first, second) = (RecordingObserver("a"), RecordingObserver("b"))
            try await LiveServer.postgres17.connected {
                $0.observer = ObserverGroup([first, EventObserver { _ in }, second])
            } _: { db in
                try await db.transaction { tx in try await tx.execute("SELECT 1") }
            }
            for (observer, name) in [(first, "a"), (second, "b")] {
                #expect(observer.lines.all.contains("call SELECT: SELECT rows=1 in \(name)#1"))
                #expect(observer.openCount == 0)
            }
        }

        /// What an observer begins on the same connection has its turn after the statement that it was told of.
        @Test func anObserverMayBeginStatements() async throws {
            struct Asking: DatabaseObserver {
                let lines: Log<String>
                let tasks = Log<Task<Int, any Error>>()
                let connection = Log<Connection>()

                func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
                    lines.append(statement.text)
                    if let db = connection.all.first, tasks.all.isEmpty {
                        tasks.append(Task { try await db.fetchOne("SELECT 2", as: Int.self) })
                    }
                    return Observation { [lines] _ in lines.append("end") }
                }
            }
            let observer = Asking(lines: Log())
            try await LiveServer.postgres17.connected {
                $0.observer = observer
            } _: { db in
                observer.connection.append(db)
                try await db.execute("SELECT 1")
                let seen = try await observer.tasks.all.first?.value
                #expect(seen == 2)
            }
            #expect(observer.lines.all == ["SELECT 1", "end", "SELECT 2", "end"])
        }

        /// Nothing that was sent as a value, nor a literal where that is asked for.
        @Test func valuesAreNotTold() async throws {
            try await connected(.postgres17) { db, observer, _ in
                try await db.execute("SELECT \("hidden"), 'literal', 7")
                let statement = try #require(observer.statements.all.first?.0)
                #expect(statement.text == "SELECT $1, 'literal', 7")
                #expect(statement.sanitizedText == "SELECT $1, ?, ?")
                #expect(statement.operation == "SELECT")
            }
        }

        @Test func anAttemptThatFailsIsSeen() async throws {
            let observer = RecordingObserver()
            var configuration = try await LiveServer.postgres17.configuration
            configuration.observer = observer
            configuration.password = Secret("wrong")
            _ = try await failure { try await Connection.connect(configuration) }
            configuration.endpoints = [Endpoint(host: "127.0.0.1", port: 1)]
            _ = try await failure { try await Connection.connect(configuration) }
            #expect(observer.lines.all == ["connect 28P01", "connect connection.unreachable"])
            #expect(observer.openCount == 0)
        }

        @Test func aPoolIsSeen() async throws {
            let observer = RecordingObserver()
            var configuration = try await LiveServer.postgres17.configuration
            configuration.observer = observer
            var options = ConnectionPool.Options(maximumConnections: 1)
            options.acquireTimeout = .milliseconds(20)
            let pool = ConnectionPool(configuration, options)
            try await pool.withConnection { db in
                let error = try await failure { try await pool.withConnection { _ in } }
                if case .pool(let refusal) = error { #expect(refusal.reason == .timedOut) }
                try await db.execute("SELECT 1")
            }
            await pool.close()
            #expect(
                observer.lines.all == [
                    "connect ok", "opened of 1", "borrow ok idle=0 used=1", "borrow pool.timedOut idle=0 used=1",
                    "call SELECT: SELECT rows=1", "returned true true", "pool closed poolClosed",
                    "closed connection.closed true",
                ])
            #expect(observer.borrowings.all.last.map { $0.duration >= .milliseconds(15) } == true)
            let place = observer.statements.all.first?.0.place
            #expect(place?.fileID == #fileID)
            #expect(observer.openCount == 0)
        }

        @Test func listeningIsSeen() async throws {
            let observer = RecordingObserver()
            var configuration = try await LiveServer.postgres17.configuration
            configuration.observer = observer
            configuration.applicationName = "observed listener"
            try await Connection.listen(to: ["jobs"], configuration) { notifications in
                try await LiveServer.postgres17.observed { db in
                    try await db.notify("jobs", "hidden")
                    _ = try await notifications.next()
                    try await db.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'observed listener'"
                    )
                    _ = try await notifications.next()
                }
            }
            let lines = observer.lines.all.filter { !$0.hasPrefix("connect") && !$0.hasPrefix("script") }
            #expect(
                lines == [
                    "notification jobs", "closed 57P01 false", "lost 57P01", "regained true",
                    "closed connection.closed true",
                ])
        }
    }
}
