import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// Servers that send notifications where and as no real one does.
    @Suite struct ListenScripts {
        private typealias Step = ScriptedServer.Step

        /// Before, in and after the answer to LISTEN, cut everywhere; before what ends the connection.
        @Test(arguments: [1, 2, 3, 7, 100_000]) func oddPlaces(_ piece: Int) async throws {
            let numbered = (0..<8).map { Listening.message("\($0)") }
            let answer: [WireMessage] = [
                numbered[0], .noticeResponse("n"), numbered[1], .commandComplete("LISTEN"), numbered[2],
                .parameterStatus("TimeZone", "UTC"), numbered[3], .readyForQuery(), numbered[4],
                .parameterStatus("TimeZone", "CET"), numbered[5], .noticeResponse("n"), numbered[6], numbered[7],
                .errorResponse("57P01", "the end", severity: "FATAL"),
            ]
            let script: [Step] = [
                .trust, .send(Listening.message("before anybody listens")), .receiveBatch, .send(answer, piece: piece),
                .close,
            ]
            try await ScriptedServer.run(script) { server in
                var options = Notifications.Options()
                options.giveUpAfter = .zero
                let configuration = Listening.configuration(server)
                try await Connection.listen(to: ["c"], configuration, options) { notifications in
                    let seen = try await notifications.payloads(9)
                    #expect(seen == ["before anybody listens"] + (0..<8).map { "\($0)" })
                    #expect(try await serverFailure { try await notifications.next() }.sqlState == .adminShutdown)
                }
            }
        }

        /// What does not belong there ends the connection, after what came before it.
        @Test(arguments: BackendSample.synchronous.indices) func whatDoesNotBelongThere(_ index: Int) async throws {
            let message = BackendSample.synchronous[index]
            let steps: [Step] = [.send([Listening.message("good"), message, Listening.message("late")]), .waitForEnd]
            try await Listening.run(steps) { notifications in
                #expect(try await notifications.payloads(1) == ["good"])
                if case .backendKeyData = try BackendSample.decoded(message) {
                    // Some poolers send it late.
                    #expect(try await notifications.payloads(1) == ["late"])
                    return
                }
                let error = try await failure { try await notifications.next() }
                switch error {
                case .protocolViolation: break
                case .server(let error): #expect(error.sqlState == .syntaxError)
                default: throw error
                }
            }
        }

        /// Millions that nobody asks for stay where they are, and those that are asked for leave nothing.
        @Test func millions() async throws {
            let sent = Mutex(0)
            let many = Array(repeatElement(Listening.message("some text that takes room").bytes, count: 1000).joined())
            let flood = Step("flood") { connection in
                do {
                    while true {
                        try connection.send(many)
                        sent.withLock { $0 += 1000 }
                    }
                } catch is ScriptFailure { return }
            }
            try await Listening.run([flood]) { notifications in
                #expect(try await notifications.payloads(1000).count == 1000)
                let before = residentMemory()
                // Until the server can send no more.
                var last = -1
                while last != sent.withLock({ $0 }) {
                    last = sent.withLock { $0 }
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(residentMemory() - before < 8 << 20)
                var count = 0
                for try await event in notifications {
                    guard case .notification = event else { throw CancellationError() }
                    count += 1
                    if count == 2_000_000 { break }
                }
                #expect(residentMemory() - before < 8 << 20)
            }
        }

        /// What comes while a statement runs is kept up to a limit, and what is more is told.
        @Test(arguments: [nil, 1000]) func whatComesDuringAStatement(limit: Int?) async throws {
            let count = 200_000
            let flood = Step("flood") { connection in
                for start in stride(from: 0, to: count, by: 1000) {
                    try connection.send((start..<start + 1000).map { Listening.message("\($0)") })
                }
            }
            let begin: [WireMessage] = [.parseComplete, .bindComplete, .rowDescription([.init("n", type: 23)])]
            let end: [WireMessage] = [.dataRow([[0, 0, 0, 9]]), .commandComplete("SELECT 1"), .readyForQuery()]
            let script: [Step] = [
                .trust, Listening.listened, .receiveBatch, .send(begin), flood, .send(end),
                .send(Listening.message("after")), .answer(.commandComplete("UNLISTEN"), .readyForQuery()), .waitForEnd,
            ]
            try await ScriptedServer.run(script) { server in
                try await Connection.withConnection(Listening.configuration(server)) { db in
                    var options = Notifications.Options()
                    if let limit { options.maximumKept = limit }
                    let before = residentMemory()
                    try await db.listen(to: ["c"], options) { notifications in
                        #expect(try await db.fetchOne("SELECT", as: Int32.self) == 9)
                        #expect(residentMemory() - before < 32 << 20)
                        let kept = limit ?? 100_000
                        #expect(try await notifications.payloads(kept) == (0..<kept).map { "\($0)" })
                        guard case .dropped(count - kept) = try await notifications.next() else {
                            Issue.record("nothing was said of what was dropped")
                            return
                        }
                        #expect(try await notifications.payloads(1) == ["after"])
                    }
                }
            }
        }

        /// A server that is silent is asked for a sign of life, as often as it gives one.
        @Test func heartbeats() async throws {
            let steps: [Step] = [
                .answer(.readyForQuery()), .answer(.readyForQuery()),
                .answer(Listening.message("in"), .readyForQuery(), Listening.message("after")), .staySilent,
            ]
            try await Listening.run(steps) {
                $0.heartbeat = .milliseconds(30)
                $0.heartbeatTimeout = .milliseconds(200)
            } _: { notifications in
                #expect(try await notifications.payloads(2) == ["in", "after"])
                let error = try await connectionFailure { try await notifications.next() }
                #expect(error.reason == .lost && "\(error)".contains("did not answer within 0.2 s when a sign of life"))
            }
        }

        /// A server that says everything but that is given up, too.
        @Test func talkIsNoSignOfLife() async throws {
            let notices = Array(repeatElement(WireMessage.noticeResponse("on and on").bytes, count: 500).joined())
            let talk = Step("talk") { connection in
                // The client's going is what ends it.
                do { while true { try connection.send(notices) } } catch is ScriptFailure { return }
            }
            let start = ContinuousClock.now
            try await Listening.run([.receiveBatch, talk]) {
                $0.heartbeat = .milliseconds(30)
                $0.heartbeatTimeout = .milliseconds(200)
            } _: { notifications in
                let error = try await connectionFailure { try await notifications.next() }
                #expect(error.reason == .lost && "\(error)".contains("did not answer within 0.2 s when a sign of life"))
            }
            #expect(start.duration(to: .now) < .seconds(10))
        }

        /// After each answer it is the silence that counts, however long an answer may take.
        @Test func heartbeatsFollowEachOther() async throws {
            let answers = Array(repeating: Step.answer(.readyForQuery()), count: 5)
            let start = ContinuousClock.now
            try await Listening.run(answers + [.send(Listening.message("x")), .waitForEnd]) {
                $0.heartbeat = .milliseconds(20)
                $0.heartbeatTimeout = .seconds(60)
            } _: { notifications in
                let payloads = try await notifications.payloads(1)
                #expect(payloads == ["x"])
            }
            #expect(start.duration(to: .now) < .seconds(30))
        }

        /// One who is busy with something else has not asked, and so the server is not asked either.
        @Test func withoutAConsumerThereIsNoHeartbeat() async throws {
            let steps: [Step] = [.expect(.terminate)]
            try await Listening.run(steps) {
                $0.heartbeat = .milliseconds(20)
            } _: { _ in
                try await Task.sleep(for: .milliseconds(150))
            }
        }
    }
}
