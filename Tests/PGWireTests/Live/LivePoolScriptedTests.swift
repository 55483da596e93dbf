import Dispatch
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A pool and servers that do what real ones do only on their worst days.
    @Suite struct PoolScripts {
        typealias Step = ScriptedServer.Step

        static func pool(
            _ server: ScriptedServer, maximum: Int = 1, _ change: (inout ConnectionPool.Options) -> Void = { _ in }
        ) -> ConnectionPool {
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
            configuration.connectTimeout = .seconds(30)
            var options = ConnectionPool.Options(maximumConnections: maximum)
            options.checkAfterIdle = nil
            change(&options)
            return ConnectionPool(configuration, options)
        }

        /// Answers a query with a number, by which a test knows who answered.
        static func answer(_ number: UInt8) -> Step {
            .answer(
                .parseComplete, .bindComplete, .rowDescription([.init("number", type: 23)]),
                .dataRow([[0, 0, 0, number]]),
                .commandComplete("SELECT 1"), .readyForQuery())
        }

        static func ask(_ pool: ConnectionPool) async throws -> Int32 {
            try await pool.withConnection { try await $0.fetchOne("SELECT", as: Int32.self) }
        }

        static func expect(
            _ number: Int32, from pool: ConnectionPool, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let answer = try await ask(pool)
            #expect(answer == number, sourceLocation: sourceLocation)
        }

        /// What a server does to an idle connection, and whether it is still good then.
        enum Idle: String, CaseIterable {
            case shutdown, close, reset, row, silence, notices

            var steps: [Step] {
                switch self {
                case .shutdown:
                    [
                        .send(
                            .errorResponse(
                                "57P01", "terminating connection due to administrator command", severity: "FATAL")),
                        .close,
                    ]
                case .close: [.close]
                case .reset: [.reset]
                case .row: [.send(.dataRow(texts: ["what nobody asked for"]))]
                case .silence: []
                case .notices:
                    [
                        .send(
                            .noticeResponse("hello"), .parameterStatus("TimeZone", "CET"),
                            .notificationResponse(processID: 1, channel: "c", payload: "p"))
                    ]
                }
            }

            var staysGood: Bool { self == .silence || self == .notices }
        }

        @Test(arguments: Idle.allCases) func whatHappensWhileItIsIdle(_ idle: Idle) async throws {
            let (mayAct, hasActed) = (DispatchSemaphore(value: 0), Gate())
            let act = Step("act") { _ in _ = mayAct.wait(timeout: .now() + 30) }
            let report = Step("report") { _ in hasActed.open() }
            let first = [.trust, Self.answer(1), act] + idle.steps + [report]
            let more = idle.staysGood ? [Self.answer(1), .waitForEnd] : []
            try await ScriptedServer.run(first + more, [.trust, Self.answer(2), .waitForEnd]) { server in
                let pool = Self.pool(server)
                try await Self.expect(1, from: pool)
                #expect(pool.statistics.idle == 1)
                mayAct.signal()
                await hasActed.wait()
                // The borrower notices nothing.
                try await Self.expect(idle.staysGood ? 1 : 2, from: pool)
                #expect(server.connectionCount == (idle.staysGood ? 1 : 2))
                #expect(pool.statistics.closed == (idle.staysGood ? [:] : [.broken: 1]))
                #expect(pool.statistics.opened == server.connectionCount && pool.statistics.idle == 1)
            }
        }

        /// The end is seen at once, not only when the poller has brought the news of it.
        @Test func theLookIsNeverLate() async throws {
            let (mayAct, acts) = (DispatchSemaphore(value: 0), Log<Int>())
            let act = Step("act") { _ in _ = mayAct.wait(timeout: .now() + 30) }
            let report = Step("report") { acts.append($0.number) }
            try await ScriptedServer.run([.trust, Self.answer(1), act, .close, report]) { server in
                let pool = Self.pool(server)
                for round in 1...200 {
                    try await Self.expect(1, from: pool)
                    mayAct.signal()
                    // By all means: whoever waits in a better way is too late to show anything.
                    let deadline = ContinuousClock.now + .seconds(20)
                    while acts.all.count < round { try #require(.now < deadline) }
                }
                #expect(server.connectionCount == 200)
            }
        }

        /// One round trip, by a Sync alone.
        @Test func whatWasUnusedForLongMustAnswer() async throws {
            let check: [Step] = [.expect(.sync), .send(.readyForQuery())]
            try await ScriptedServer.run(
                [.trust, Self.answer(1)] + check + [Self.answer(1)] + check + [Self.answer(1)]
            ) {
                server in
                let pool = Self.pool(server) { $0.checkAfterIdle = .zero }
                for _ in 0..<3 { try await Self.expect(1, from: pool) }
                #expect(server.connectionCount == 1 && pool.statistics.closed == [:])
                await pool.close()
            }
        }

        @Test(arguments: [
            [Step.staySilent], [.expect(.sync), .close],
            [.expect(.sync), .send(.errorResponse("57P01", "x", severity: "FATAL"))],
            [.expect(.sync), .send(.commandComplete("SELECT 1"))],
        ]) func whatDoesNotAnswerIsReplaced(_ steps: [Step]) async throws {
            try await ScriptedServer.run([.trust, Self.answer(1)] + steps, [.trust, Self.answer(2), .waitForEnd]) {
                server in
                let pool = Self.pool(server) {
                    $0.checkAfterIdle = .zero
                    $0.checkTimeout = .milliseconds(200)
                }
                try await Self.expect(1, from: pool)
                let start = ContinuousClock.now
                try await Self.expect(2, from: pool)
                #expect(.now - start < .seconds(5))
                #expect(pool.statistics.closed == [.broken: 1] && pool.statistics.idle == 1)
            }
        }

        @Test func cancellingTheCheck() async throws {
            let isAsked = Gate()
            let asked: [Step] = [.expect(.sync), Step("report") { _ in isAsked.open() }, .staySilent]
            try await ScriptedServer.run([.trust, Self.answer(1)] + asked, [.trust, Self.answer(2), .waitForEnd]) {
                server in
                let pool = Self.pool(server) {
                    $0.checkAfterIdle = .zero
                    $0.checkTimeout = .seconds(60)
                }
                try await Self.expect(1, from: pool)
                let task = Task { try await Self.ask(pool) }
                await isAsked.wait()
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                #expect(pool.statistics.closed == [.disorder: 1] && pool.statistics.inUse == 0)
                try await Self.expect(2, from: pool)
            }
        }

        /// Each borrower hears the error of its own attempt; nobody tries again behind their backs.
        @Test func errorsOfConnectingReachTheBorrower() async throws {
            let refusal = Step.send(.errorResponse("53300", "sorry, too many clients already", severity: "FATAL"))
            try await ScriptedServer.run([.startup, refusal, .close]) { server in
                let pool = Self.pool(server, maximum: 2)
                await withTaskGroup { group in
                    for _ in 0..<10 {
                        group.addTask {
                            await #expect {
                                _ = try await Self.ask(pool)
                            } throws: {
                                guard case PostgresError.server(let error) = $0 else { return false }
                                return error.sqlState == .tooManyConnections
                            }
                        }
                    }
                }
                #expect(server.connectionCount == 10)
                let statistics = pool.statistics
                #expect(statistics.failedToOpen == 10 && statistics.opened == 0 && statistics.opening == 0)
            }
        }

        @Test func cancellingWhileConnectingFreesThePlace() async throws {
            try await ScriptedServer.run([.staySilent], [.trust, Self.answer(2), .waitForEnd]) { server in
                let pool = Self.pool(server)
                let task = Task { try await Self.ask(pool) }
                try await eventually("it connects") { server.connectionCount == 1 }
                let next = Task { try await Self.ask(pool) }
                try await eventually("the next one waits") { pool.statistics.waiting == 1 }
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                #expect(try await next.value == 2)
                #expect(pool.statistics.failedToOpen == 1 && pool.statistics.idle == 1)
            }
        }

        @Test func waitingEndsWithAnErrorThatSaysWhy() async throws {
            try await ScriptedServer.run([.trust, .waitForEnd]) { server in
                let pool = Self.pool(server) { $0.acquireTimeout = .milliseconds(50) }
                try await pool.withConnection { _ in
                    let error = await #expect(throws: PostgresError.self) { _ = try await Self.ask(pool) }
                    guard case .pool(let refusal)? = error else {
                        throw NothingThrown(sourceLocation: #_sourceLocation)
                    }
                    #expect(refusal.reason == .timedOut && refusal.inUse == 1 && refusal.waiting == 0)
                    #expect(refusal.longestUse.map { $0 >= .milliseconds(50) } == true)
                    #expect(error?.isSafeToRetry == true)
                    let beginning =
                        "no connection to 127.0.0.1:\(server.port) became free within 0.05 s: 1 of the pool's 1 are "
                    #expect("\(refusal)".hasPrefix(beginning), "\(refusal)")
                }
                #expect(pool.statistics.timedOut == 1 && pool.statistics.idle == 1)
            }
        }
    }
}
