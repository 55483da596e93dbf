import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// Whoever waits alone in the process waits on the caller's thread for a moment before its task is parked; beside
    /// another one who waits, it is parked at once. What ends a wait is noticed in both.
    @Suite struct Waiting {
        /// Whether another task of the process waits meanwhile.
        enum Company: CaseIterable, Sendable { case alone, beside }

        /// Runs `body`, beside a task that waits for its server if that is asked for.
        private func with(_ company: Company, _ body: () async throws -> Void) async throws {
            guard company == .beside else { return try await body() }
            try await LiveServer.postgres17.connected { other in
                let waiter = Task { try await other.execute("SELECT pg_sleep(600)") }
                defer { waiter.cancel() }
                let pid = try #require(other.backendProcessID)
                try await LiveServer.postgres17.observed { observer in
                    try await observer.wait(
                        for: "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = \(pid)")
                }
                try await body()
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
        }

        /// However short after the statement was sent.
        @Test(arguments: [LiveServer.postgres17, .postgres18, .pgBouncer], Company.allCases)
        func cancellation(_ server: LiveServer, _ company: Company) async throws {
            try await server.connected { db in
                try await db.execute("SELECT 1")
                try await with(company) {
                    for round in 0..<60 {
                        let isBegun = Atomic(false)
                        let task = Task {
                            isBegun.store(true, ordering: .relaxed)
                            try await db.execute("SELECT pg_sleep(600)")
                        }
                        while !isBegun.load(ordering: .relaxed) { await Task.yield() }
                        // Up to 3 ms, so before, in and after the time that the thread itself waits.
                        let end = ContinuousClock.now + .microseconds(50 * round)
                        while .now < end {}
                        task.cancel()
                        let clock = ContinuousClock.now
                        await #expect(throws: CancellationError.self) { try await task.value }
                        // However early it was, the server hears of it again; only then is the connection given up.
                        #expect(.now - clock < .seconds(8))
                    }
                    let one = try await db.fetchOne("SELECT 1", as: Int.self)
                    #expect(one == 1)
                }
            }
        }

        /// The server's deadlines and the client's own, as short as one likes.
        @Test(arguments: [LiveServer.postgres17, .postgres18, .pgBouncer], Company.allCases)
        func timeouts(_ server: LiveServer, _ company: Company) async throws {
            try await server.connected { db in
                try await with(company) {
                    for milliseconds in [1, 1, 2, 3, 5, 20, 100] {
                        let timeout = Duration.milliseconds(milliseconds)
                        let clock = ContinuousClock.now
                        let error = try await serverFailure {
                            try await db.execute("SELECT pg_sleep(600)", timeout: timeout)
                        }
                        #expect(error.sqlState == .queryCanceled)
                        let script = try await failure {
                            try await db.execute(script: "SELECT pg_sleep(600)", timeout: timeout)
                        }
                        guard case .connection(let own) = script else { throw script }
                        #expect(own.reason == .timedOut)
                        #expect(.now - clock < timeout * 2 + .seconds(3))
                    }
                    let one = try await db.fetchOne("SELECT 1", as: Int.self)
                    #expect(one == 1)
                }
            }
        }

        @Test(arguments: LiveServer.direct, Company.allCases)
        func aServerThatDies(_ server: LiveServer, _ company: Company) async throws {
            try await with(company) {
                for sleep in [0, 0.001, 0.003, 0.05] {
                    for _ in 1...5 {
                        let db = try await Connection.connect(server.configuration)
                        let clock = ContinuousClock.now
                        let error = try await serverFailure {
                            try await db.execute("SELECT pg_sleep(\(sleep)), pg_terminate_backend(pg_backend_pid())")
                        }
                        #expect(error.sqlState == .adminShutdown && error.isFatal)
                        #expect(.now - clock < .seconds(4))
                        _ = try await failure { try await db.execute("SELECT 1") }
                        await db.close()
                    }
                }
            }
        }

        /// Answers that take from nothing to a few milliseconds, on many connections at once.
        @Test(arguments: LiveServer.allCases) func manyAtOnce(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<64 {
                    group.addTask {
                        try await Connection.withConnection(configuration) { db in
                            var sum = 0
                            for round in 0..<30 {
                                let pause = Double((index * 7 + round * 13) % 40) / 10_000
                                sum += try await db.fetchOne(
                                    "SELECT \(index * round) FROM pg_sleep(\(pause))", as: Int.self)
                            }
                            return sum
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == (0..<64).reduce(0, +) * (0..<30).reduce(0, +))
        }
    }
}

extension Live {
    /// Servers that never come to an end, so that there is always something to receive: the client does.
    @Suite struct EndlessAnswers {
        /// What is sent again and again, and how long after each other.
        enum Stream: CaseIterable, Sendable {
            case rows, notices, rowsInABurst, noticesInABurst

            private var message: WireMessage {
                switch self {
                case .rows, .rowsInABurst: .dataRow(texts: ["again"])
                case .notices, .noticesInABurst: .noticeResponse("again")
                }
            }

            /// For so long at most, so that a client that does not notice fails instead of waiting for ever.
            var step: ScriptedServer.Step {
                let isBurst = self == .rowsInABurst || self == .noticesInABurst
                let bytes = isBurst ? [WireMessage](repeating: message, count: 1000).bytes : message.bytes
                return ScriptedServer.Step("send without end") { connection in
                    let end = ContinuousClock.now + .seconds(20)
                    while .now < end {
                        do { try connection.send(bytes) } catch { return }
                        let next = ContinuousClock.now + .microseconds(isBurst ? 0 : 300)
                        while .now < next {}
                    }
                }
            }
        }

        @Test(arguments: Stream.allCases) func areCancelled(_ stream: Stream) async throws {
            try await play(stream) { db in
                let begun = Atomic(false)
                let task = Task {
                    try await db.forEachRow("SELECT", timeout: nil) { _ in begun.store(true, ordering: .relaxed) }
                }
                try await eventually("rows come") {
                    stream == .notices || stream == .noticesInABurst || begun.load(ordering: .relaxed)
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }

        /// Rows that come one by one, long after the time is over.
        @Test(arguments: [Stream.rows, .notices]) func areGivenUp(_ stream: Stream) async throws {
            // The timeout's own setting is answered first.
            let setting: [WireMessage] = [
                .parseComplete, .bindComplete, .dataRow(texts: ["100ms"]), .commandComplete("SELECT 1"),
            ]
            try await play(stream, first: setting) { db in
                let error = try await failure {
                    try await db.forEachRow("SELECT", timeout: .milliseconds(100)) { _ in }
                }
                guard case .connection(let own) = error else { throw error }
                #expect(own.reason == .timedOut)
            }
        }

        /// Neither does a transaction's end wait for ever.
        @Test(arguments: Stream.allCases) func areNotReadToTheEndOfATransaction(_ stream: Stream) async throws {
            let done: [WireMessage] = [.parseComplete, .bindComplete, .noData]
            try await play(
                stream,
                before: [
                    .receiveBatch, .send(done + [.commandComplete("BEGIN"), .readyForQuery(.inTransaction)]),
                ]
            ) { db in
                await #expect(throws: Stop.self) {
                    try await db.transaction { tx in
                        // Where only notices come, it is ROLLBACK that is never answered.
                        guard stream == .rows || stream == .rowsInABurst else { throw Stop() }
                        try await tx.forEachRow("SELECT") { _ in throw Stop() }
                    }
                }
            }
        }

        /// Lets the client in, answers `SELECT` by `stream`, and expects that `body` is over in bounded time.
        private func play(
            _ stream: Stream, before: [ScriptedServer.Step] = [], first: [WireMessage] = [],
            _ body: (Connection) async throws -> Void
        ) async throws {
            let columns = WireMessage.rowDescription([.init("text", type: 25)])
            let script: [ScriptedServer.Step] =
                [.trust] + before + [
                    .receiveBatch, .send(first + [.parseComplete, .bindComplete, columns]), stream.step,
                ]
            let server = try ScriptedServer(script, [.close])
            defer { server.stop() }
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", tls: .init(mode: .disable))
            configuration.poolerMode = .direct
            let db = try await Connection.connect(configuration)
            let clock = ContinuousClock.now
            try await body(db)
            #expect(.now - clock < .seconds(12))
            await db.close()
        }
    }
}
