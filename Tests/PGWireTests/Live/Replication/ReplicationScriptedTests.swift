import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A server that does what no real one does.
    @Suite struct ReplicationScripted {
        private typealias Step = ScriptedServer.Step

        private static let version = WireMessage.parameterStatus("server_version", "18.1")
        private static let login: [Step] = [.startup, .send(.authenticationOk, version, .readyForQuery())]
        private static let system = Step.answer(
            .rowDescription(["systemid", "timeline", "xlogpos", "dbname"].map { .init($0, type: 25) }),
            .dataRow(texts: ["1", "1", "0/1", "d"]), .commandComplete("IDENTIFY_SYSTEM"), .readyForQuery())

        /// With the setting of `wal_sender_timeout`, and a publication that is missing, if one is.
        private static func prepared(timeout: String = "60000", end: String = "FF/0", missing: [WireMessage] = [])
            -> Step
        {
            .answer(
                [.commandComplete("SET"), .commandComplete("SET"), .commandComplete("SET")]
                    + [
                        .rowDescription([.init("setting", type: 25)]), .dataRow(texts: [timeout]),
                        .commandComplete("SELECT 1"),
                    ]
                    + [.rowDescription([.init("confirmed_flush_lsn", type: 3220)]), .commandComplete("SELECT 0")]
                    + [
                        .rowDescription([.init("oid", type: 26), .init("typbasetype", type: 26)]),
                        .commandComplete("SELECT 0"),
                    ]
                    + [
                        .rowDescription([.init("pg_current_wal_flush_lsn", type: 3220, format: 0)]),
                        .dataRow(texts: [end]),
                        .commandComplete("SELECT 1"),
                    ]
                    + [.rowDescription([.init("name", type: 25)])] + missing + [
                        .commandComplete("SELECT 0"), .readyForQuery(),
                    ])
        }

        private static func streaming(_ messages: [[UInt8]]) -> Step {
            .answer([.copyBothResponse(formats: [])] + messages.map { .copyData($0) })
        }

        private static func script(_ messages: [[UInt8]], _ rest: [Step]) -> [Step] {
            login + [system, prepared(), streaming(messages)] + rest
        }

        private static func replicate<R>(
            _ scripts: [[Step]], _ change: (inout Replication.Options) -> Void = { _ in },
            _ body: (Replication) async throws -> R
        ) async throws -> R {
            var options = Replication.Options.quick
            options.giveUpAfter = .zero
            change(&options)
            let server = try ScriptedServer(scripts: scripts)
            defer { server.stop() }
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
            configuration.connectTimeout = .seconds(5)
            return try await Connection.replicate(from: "s", publications: ["p"], configuration, options, body)
        }

        private static let some: [[UInt8]] = [
            PgOutput.logData(PgOutput.begin(1, final: 5), at: 5), PgOutput.logData(PgOutput.relation(), at: 5),
            PgOutput.logData(PgOutput.insert([.text("1"), .null]), at: 5),
            PgOutput.logData(PgOutput.commit(5, end: 6), at: 6),
        ]

        private static let hostile: [[UInt8]] = [
            [], [UInt8(ascii: "?")], [UInt8(ascii: "w"), 0], [UInt8(ascii: "k")], PgOutput.logData([], at: 1),
            PgOutput.logData([0xFF], at: 1), PgOutput.logData(PgOutput.insert([.null], 99), at: 1),
        ]

        @Test(arguments: hostile) func whatMakesNoSense(_ message: [UInt8]) async throws {
            let script = Self.script(Self.some + [message], [.waitForEnd])
            try await Self.replicate([script]) { replication in
                for _ in 0..<2 {
                    let error = try await failure { for try await _ in replication {} }
                    guard case .protocolViolation = error else { throw error }
                }
            }
        }

        /// A keepalive that asks for an answer gets it, with what was acknowledged and no more.
        @Test func answersAndTheEnd() async throws {
            let heard = Heard()
            let script = Self.script(
                Self.some + [PgOutput.keepalive(9, wantsReply: true)],
                [
                    Step("hear the answer") { heard.note(try $0.receive()) },
                    .send(.copyData(PgOutput.logData(PgOutput.begin(2, final: 50), at: 50))),
                    .send(.copyData(PgOutput.keepalive(99, wantsReply: true))),
                    Step("hear the answer") { heard.note(try $0.receive()) },
                    Step("hear the last") { heard.note(try $0.receive()) },
                    Step("hear the end") { heard.note(try $0.receive()) },
                    Step("hear CopyDone") { heard.note(try $0.receive()) },
                    .send(.copyDone, .commandComplete("COPY 0"), .readyForQuery()), .waitForEnd,
                ])
            try await Self.replicate([script]) { replication in
                var iterator = replication.makeAsyncIterator()
                for _ in 0..<4 { _ = try await iterator.next() }
                // What comes after the keepalive is there when it was answered.
                _ = try await iterator.next()
                let waiting = Task { try await replication.makeAsyncIterator().first() }
                try await eventually("two messages were heard") { heard.count >= 2 }
                replication.acknowledge(LogSequenceNumber(rawValue: 6))
                try await eventually("a third was heard") { heard.count >= 3 }
                waiting.cancel()
                _ = await waiting.result
            }
            // Beyond what was acknowledged goes only what the server said before the transaction that is open.
            #expect(heard.all == ["9 0 0", "99 0 0", "99 9 9", "99 9 9", "CopyDone"])
        }

        /// What a server that ends the stream says counts; one that says nothing is lost.
        @Test func endedByTheServer() async throws {
            let error = WireMessage.errorResponse("XX000", "broken")
            for steps in [
                [Step.send(error, .readyForQuery())], [.send(.copyDone, error, .readyForQuery())],
                [.send(.commandComplete("COPY 0"), .errorResponse("57P01", "down", severity: "FATAL")), .close],
            ] {
                try await Self.replicate([Self.script(Self.some, steps + [.waitForEnd])]) { replication in
                    _ = try await serverFailure { for try await _ in replication {} }
                }
            }
            for steps in [
                [Step.close], [.send(.copyDone), .close], [.send(.commandComplete("COPY 0")), .close], [.reset],
            ] {
                try await Self.replicate([Self.script(Self.some, steps)]) { replication in
                    let error = try await connectionFailure { for try await _ in replication {} }
                    #expect(error.reason == .lost)
                }
            }
        }

        /// A server that is silent is asked, and given up.
        @Test func silence() async throws {
            let start = ContinuousClock.now
            try await Self.replicate([Self.script(Self.some, [.staySilent])]) { options in
                options.heartbeat = .milliseconds(60)
                options.heartbeatTimeout = .milliseconds(60)
            } _: { replication in
                let error = try await connectionFailure { for try await _ in replication {} }
                #expect(error.description.contains("did not answer within"))
            }
            #expect(start.duration(to: .now) < .seconds(5))
        }

        /// After a loss: pauses, attempts that fail for a while, and the end when none can help.
        @Test func reconnecting() async throws {
            let lost = Self.script(Self.some, [.close])
            let used: [Step] =
                Self.login + [
                    Self.system, Self.prepared(),
                    .answer(.errorResponse("55006", "replication slot \"s\" is active for PID 7"), .readyForQuery()),
                    .waitForEnd,
                ]
            let gone: [Step] =
                Self.login + [
                    Self.system, Self.prepared(missing: [.dataRow(texts: ["p"])]), .waitForEnd,
                ]
            try await Self.replicate([lost, used, used, lost, gone]) { options in
                options.giveUpAfter = .seconds(10)
            } _: { replication in
                var losses = 0
                let error = try await failure {
                    for try await event in replication {
                        if case .reconnected = event.content { losses += 1 }
                    }
                }
                #expect(losses == 1)
                #expect("\(error)".hasPrefix("there is no publication \"p\""))
            }
        }

        /// One that took the lost one's place, and does not have what was acknowledged there.
        @Test func aServerWithoutTheLog() async throws {
            let lost = Self.script(Self.some, [.close])
            let other: [Step] = Self.login + [Self.system, Self.prepared(end: "0/5"), .waitForEnd]
            try await Self.replicate([lost, other]) { options in
                options.giveUpAfter = .seconds(10)
            } _: { replication in
                let error = try await connectionFailure {
                    for try await event in replication { if let end = event.endLSN { replication.acknowledge(end) } }
                }
                #expect(error.reason == .writeLost)
                #expect(error.description.contains("ends at 0/5 and so before 0/6"), "\(error)")
            }
        }

        /// A server that does not end when it is asked to is left.
        @Test func aServerThatDoesNotEnd() async throws {
            let start = ContinuousClock.now
            try await Self.replicate([Self.script(Self.some, [.waitForEnd])]) { replication in
                _ = try await replication.makeAsyncIterator().first()
            }
            #expect((.milliseconds(500)...(.seconds(8))).contains(start.duration(to: .now)))
        }
    }
}
