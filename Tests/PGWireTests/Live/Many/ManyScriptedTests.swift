import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Servers that say what no server says, or go away in the middle of it.
    @Suite struct ManyScripted {
        private typealias Step = ScriptedServer.Step

        private static func run<R>(
            _ steps: [Step], ends: Bool = true, _ body: (Connection) async throws -> R
        ) async throws -> R {
            try await ScriptedServer.run([.trust] + steps + (ends ? [.expect(.terminate)] : [])) { server in
                var configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "scribe", tls: .disabled)
                configuration.poolerMode = .direct
                return try await Connection.withConnection(configuration, body)
            }
        }

        private static let inserted = WireMessage.commandComplete("INSERT 0 1")
        private static let element = [WireMessage.bindComplete, inserted]

        /// What is sent, message by message.
        @Test func whatIsSent() async throws {
            let steps: [Step] = [
                .run { server in
                    var kinds: [String] = []
                    while true {
                        let request = try server.receive()
                        switch request {
                        case .parse(let name, let sql, let types): kinds.append("parse '\(name)' \(sql) \(types)")
                        case .bind(let bind):
                            kinds.append(
                                "bind '\(bind.statement)' \(bind.formats) \(bind.values) \(bind.resultFormats)")
                        case .describe(let target, let name): kinds.append("describe \(target) '\(name)'")
                        case .execute(let portal, let rows): kinds.append("execute '\(portal)' \(rows)")
                        default: kinds.append("\(request.kind)")
                        }
                        if case .sync = request { break }
                    }
                    let expected = [
                        "parse '' INSERT INTO t VALUES ($1, $2) [23, 0]",
                        "bind '' [1, 0] [Optional([0, 0, 0, 1]), Optional([97])] [0]", "execute '' 0",
                        "bind '' [1, 0] [Optional([0, 0, 0, 2]), nil] [0]", "execute '' 0", "sync",
                    ]
                    guard kinds == expected else { throw ScriptFailure("\(kinds)") }
                },
                .send([.parseComplete] + Self.element + Self.element + [.readyForQuery()]),
            ]
            try await Self.run(steps) { db async throws in
                let rows: [(Int32, String?)] = [(1, "a"), (2, nil)]
                #expect(try await db.executeMany("INSERT INTO t VALUES ($1, $2)", rows) == 2)
            }
        }

        /// Whatever comes where it does not belong ends the connection, and never the program.
        @Test(arguments: 0..<8) func outOfOrder(_ number: Int) async throws {
            let answers: [[WireMessage]] = [
                [.readyForQuery()],
                [.parseComplete] + Self.element + [.readyForQuery()],
                [.parseComplete] + Self.element + Self.element + Self.element + [.readyForQuery()],
                [.parseComplete, .bindComplete, .copyInResponse()],
                [.parseComplete, .bindComplete, .copyOutResponse()],
                [.parseComplete, .bindComplete, .portalSuspended],
                [.parseComplete] + Self.element + [.parseComplete],
                [.parseComplete, .bindComplete, .rowDescription([.init("a", type: 23)])],
            ]
            let error = try await Self.run([.answer(answers[number]), .waitForEnd], ends: false) { db in
                let error = try await failure { try await db.executeMany("INSERT INTO t VALUES ($1)", [1, 2]) }
                await #expect(throws: PostgresError.self) { try await db.execute("SELECT 1") }
                return error
            }
            guard case .protocolViolation = error else { throw error }
        }

        /// A server that goes down in the middle says so, and what it says is told.
        @Test(arguments: [0, 1, 2]) func theEndInTheMiddle(_ answered: Int) async throws {
            let fatal = WireMessage.errorResponse("57P01", "terminating connection", severity: "FATAL")
            let answers = [.parseComplete] + Array(repeating: Self.element, count: answered).flatMap { $0 } + [fatal]
            let error = try await Self.run([.answer(answers), .close], ends: false) { db in
                try await failure { try await db.executeMany("INSERT INTO t VALUES ($1)", [1, 2]) }
            }
            guard case .server(let reported) = error else { throw error }
            #expect(reported.isFatal && reported.elementIndex == nil)
            let lost = try await Self.run([.receiveBatch, .close], ends: false) { db in
                try await failure { try await db.executeMany("INSERT INTO t VALUES ($1)", [1, 2]) }
            }
            guard case .connection(let connection) = lost else { throw lost }
            #expect(connection.reason == .lost)
        }

        /// Other tags than before, and notices in between.
        @Test func tagsThatChange() async throws {
            let answers: [WireMessage] = [
                .parseComplete, .bindComplete, .commandComplete("UPDATE 3"), .bindComplete,
                .commandComplete("UPDATE 0"),
                .noticeResponse("a notice"), .bindComplete, .commandComplete("UPDATE 0"), .bindComplete,
                .dataRow([nil]), .dataRow([nil, nil]), .commandComplete("UPDATE 12345678901"), .bindComplete,
                .commandComplete("UPDATE x"), .readyForQuery(),
            ]
            let much = [WireMessage.bindComplete, .commandComplete("UPDATE 9223372036854775807")]
            try await Self.run([.answer(answers), .answer([.parseComplete] + much + much + [.readyForQuery()])]) {
                db async throws in
                #expect(try await db.executeMany("UPDATE t SET a = $1", 0..<5) == 12_345_678_904)
                // Numbers that cannot be are no reason to break down.
                _ = try await db.executeMany("UPDATE t SET a = $1", 0..<2)
            }
        }
    }
}
