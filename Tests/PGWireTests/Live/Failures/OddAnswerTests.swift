import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// Answers that no PostgreSQL gives.
    @Suite struct OddAnswers {
        private typealias Step = ScriptedServer.Step

        private static func configuration(_ server: ScriptedServer) -> Connection.Configuration {
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", password: "secret", tls: .disabled)
            configuration.poolerMode = .direct
            return configuration
        }

        @Test func fewerParametersThanWereSent() async throws {
            let answer: [WireMessage] = [.parseComplete, .parameterDescription([23]), .noData, .readyForQuery()]
            try await ScriptedServer.run([.trust, .answer(answer), .waitForEnd]) { server in
                let db = try await Connection.connect(Self.configuration(server))
                let error = try await failure { _ = try await db.describe("SELECT \(1), \(2)") }
                guard case .protocolViolation(let violation) = error else { throw error }
                #expect("\(violation)".contains("1 types for 2 parameters"), "\(violation)")
                await db.close()
            }
        }

        enum Place: CaseIterable { case login, statement, script, copy, notifications }

        /// FunctionCall is never sent, so its answer belongs nowhere.
        @Test(arguments: Place.allCases) func theResultOfAFunctionCall(_ place: Place) async throws {
            let result = WireMessage.functionCallResponse([UInt8](repeating: 7, count: 100))
            let script: [Step]
            switch place {
            case .login: script = [.startup, .send(.authenticationOk, result), .waitForEnd]
            case .copy: script = [.trust, .answer(.copyOutResponse(), result), .waitForEnd]
            default: script = [.trust, .answer(result), .waitForEnd]
            }
            try await ScriptedServer.run(script) { server in
                let error = try await failure {
                    let configuration = Self.configuration(server)
                    if place == .notifications {
                        var options = Notifications.Options()
                        options.giveUpAfter = .zero
                        return try await Connection.listen(to: ["c"], configuration, options) { notifications in
                            for try await _ in notifications {}
                        }
                    }
                    try await Connection.withConnection(configuration) { db in
                        switch place {
                        case .script: try await db.execute(script: "SELECT 1; SELECT 2")
                        case .copy: try await db.copyOut("COPY t TO STDOUT") { _ in }
                        default: try await db.execute("SELECT \(1)")
                        }
                    }
                }
                guard case .protocolViolation = error else { throw error }
            }
        }

        /// A cancel request may take effect late: nothing is sent before its connection has ended.
        @Test func aCancelIsOverBeforeTheNextStatement() async throws {
            let events = Mutex<[String]>([])
            let (begun, cancelled, answered) = (Gate(), Gate(), Gate())
            func note(_ event: String) -> Step { Step(event) { _ in events.withLock { $0.append(event) } } }
            let first: [Step] = [
                .trust, .receiveBatch, Step("begin") { _ in begun.open() },
                Step("wait for the request") { _ in while !cancelled.isOpen {} },
                .send(.errorResponse("57014", "canceling statement due to user request"), .readyForQuery()),
                Step("tell") { _ in answered.open() }, .receiveBatch, note("next statement"),
                .send(.parseComplete, .bindComplete, .noData, .commandComplete("SELECT 0"), .readyForQuery()),
                .waitForEnd,
            ]
            let second: [Step] = [
                .expect(.cancelRequest), Step("tell") { _ in cancelled.open() },
                Step("take long") { _ in
                    while !answered.isOpen {}
                    let end = ContinuousClock.now + .milliseconds(200)
                    while .now < end {}
                }, note("cancelled"),
            ]
            let server = try ScriptedServer(first, second)
            defer { server.stop() }
            try await Connection.withConnection(Self.configuration(server)) { db in
                let task = Task { try await db.execute("SELECT") }
                await begun.wait()
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await db.execute("SELECT")
            }
            #expect(events.withLock { $0 } == ["cancelled", "next statement"])
        }

        /// A type that was dropped and made anew has another OID; what was known of it is of no use.
        @Test(arguments: LiveServer.allCases) func aTypeThatWasMadeAnew(_ server: LiveServer) async throws {
            let (name, table) = ("anew_\(Int.random(in: 0..<1 << 40))", "anew_t_\(Int.random(in: 0..<1 << 40))")
            try await server.connected { other in
                func make(_ labels: String) async throws {
                    try await other.execute(
                        script: """
                            DROP TABLE IF EXISTS \(table); DROP TYPE IF EXISTS \(name);
                            CREATE TYPE \(name) AS ENUM (\(labels)); CREATE TABLE \(table) (mood \(name), rest \(name)[]);
                            INSERT INTO \(table) VALUES ('sad', '{sad}')
                            """)
                }
                try await make("'sad', 'glad'")
                try await server.connected { db in
                    func ask() async throws -> String {
                        let row = try await db.fetchOne(
                            "SELECT mood, rest FROM \(identifier: table) WHERE mood = \("sad") OR mood = ANY(\(["sad"]))",
                            as: (String, [String]).self)
                        return "\(row)"
                    }
                    // Often enough to be kept prepared.
                    for _ in 0..<4 { #expect(try await ask() == #"("sad", ["sad"])"#) }
                    try await make("'bad', 'sad'")
                    // Whether that is noticed by a failure or before, it is asked again.
                    for _ in 0..<3 { #expect(try await ask() == #"("sad", ["sad"])"#) }
                }
                try await other.execute(script: "DROP TABLE \(table); DROP TYPE \(name)")
            }
        }

        /// The keys of a password take long to make: they are made once for a password, salt and number of rounds.
        @Test func theKeysOfAPasswordAreKept() async throws {
            let iterations = 200_000
            func scram(_ salt: String) -> [Step] {
                let server = SCRAMServer(
                    password: Array("secret".utf8), salt: Array(salt.utf8), iterations: iterations, nonce: "server")
                return [.scram(by: server), .waitForEnd]
            }
            let salt = "salt \(UInt64.random(in: 0..<(.max)))"
            let server = try ScriptedServer(scram(salt), scram(salt), scram("another " + salt))
            defer { server.stop() }
            var durations: [Duration] = []
            for _ in 1...3 {
                let start = ContinuousClock.now
                try await Connection.withConnection(Self.configuration(server)) { _ in }
                durations.append(start.duration(to: .now))
            }
            #expect(durations[1] * 3 < durations[0], "\(durations)")
            #expect(durations[1] * 3 < durations[2], "\(durations)")
        }
    }
}
