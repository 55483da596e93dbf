import PGWire
import PGWireTesting
import Testing

/// The server that plays scripts, met by the client and by a bare socket.
@Suite struct ScriptedServerTests {
    @Test func aQueryIsAnswered() async throws {
        let script: ScriptedServer.Script = [
            .scram(password: "secret"),
            .answer(
                .parseComplete, .bindComplete, .rowDescription([.init("id", type: 23)]), .dataRow([[0, 0, 0, 7]]),
                .commandComplete("SELECT 1"), .readyForQuery()),
            .expect(.terminate),
        ]
        try await ScriptedServer.run(script, timeout: .seconds(240)) { server in
            let value = try await Self.withConnection(to: server) { try await $0.fetchOne("SELECT 7", as: Int32.self) }
            #expect(value == 7)
            #expect(server.connectionCount == 1)
        }
    }

    @Test(
        "whatever a server does wrong in SCRAM, the client leaves",
        arguments: [
            ScriptedServer.SCRAMFault.okAfterClientFirst, .okWithoutServerFinal, .wrongSignature, .refusal, .asksTwice,
        ])
    func faults(fault: ScriptedServer.SCRAMFault) async throws {
        try await ScriptedServer.run(
            [.scram(password: "secret", iterations: 1, fault: fault)], timeout: .seconds(240)
        ) { server in
            await #expect(throws: PostgresError.self) { try await Self.withConnection(to: server) { _ in } }
        }
    }

    @Test func unboundedIterations() async throws {
        try await ScriptedServer.run([.scramDemanding(iterations: 2_000_000_000)]) { server in
            let error = await #expect(throws: PostgresError.self) { try await Self.withConnection(to: server) { _ in } }
            #expect(error?.description.contains("2000000000") == true)
        }
    }

    @Test func cutInTheMiddleOfARow() async throws {
        let row = WireMessage.dataRow(texts: ["half of this"]).bytes
        let script: ScriptedServer.Script = [
            .trust, .receiveBatch,
            .send([.parseComplete, .bindComplete, .rowDescription([.init("text", type: 25)])], piece: 1),
            .sendBytes(Array(row.prefix(9))), .close,
        ]
        try await ScriptedServer.run(script) { server in
            let error = await #expect(throws: PostgresError.self) {
                try await Self.withConnection(to: server) { try await $0.fetchAll("SELECT text", as: String.self) }
            }
            guard case .connection(let failure)? = error else { return #expect(Bool(false), "\(error as Any)") }
            #expect(failure.reason == .lost)
        }
    }

    @Test("the client meets a recorded session", arguments: ["postgresql-17", "pgbouncer"])
    func replay(server: String) async throws {
        let transcript = try RecordedTranscript.named("\(server)-error").transcript
        try await ScriptedServer.run([.replay(transcript)]) { server in
            try await Self.withConnection(to: server) { db in
                for state in [SQLState.syntaxError, .divisionByZero] {
                    let error = await #expect(throws: PostgresError.self) { try await db.execute("whatever") }
                    guard case .server(let reported)? = error else { return #expect(Bool(false), "\(error as Any)") }
                    #expect(reported.sqlState == state)
                }
                let value = try await db.fetchOne("whatever", as: Int32.self)
                #expect(value == 1)
            }
        }
    }

    @Test func passwords() async throws {
        try await ScriptedServer.run([.cleartext(password: "secret")], [.md5(user: "u", password: "secret")]) {
            server in
            try await Self.withConnection(to: server) { _ in }
            try await Self.withConnection(to: server) { _ in }
            #expect(server.connectionCount == 2)
        }
    }

    @Test("a failed script says what was expected and what came") func failure() async throws {
        let failure = await #expect(throws: ScriptFailure.self) {
            try await ScriptedServer.run([.trust, .expect(.query)]) { server in
                try await Self.withConnection(to: server) { _ in }
            }
        }
        #expect(
            failure?.description == "connection 1, step 2 (expect Query): Query was expected, but Terminate came")
    }

    @Test("it can be reached without a network") func memory() async throws {
        let row: [WireMessage] = [
            .parseComplete, .bindComplete, .rowDescription([.init("n", type: 25)]), .dataRow(texts: ["n"]),
            .commandComplete("SELECT 1"), .readyForQuery(),
        ]
        let server = try ScriptedServer([.scram(password: "secret"), .answer(row), .waitForEnd])
        var configuration = Connection.Configuration(
            host: "nowhere.invalid", user: "u", password: "secret", tls: .disabled)
        configuration.socketProvider = server.socketProvider
        for number in 1...3 {
            try await Connection.withConnection(configuration) { db in
                let text = try await db.fetchOne("SELECT n", as: String.self)
                #expect(text == "n")
            }
            #expect(server.connectionCount == number)
        }
        server.stop()
        #expect(server.failures.isEmpty)
        #expect(throws: ScriptFailure.self) { try server.connectedSocket() }
    }

    @Test func stoppingEndsEveryWait() async throws {
        let server = try ScriptedServer([.staySilent], [.expect(.startup)], timeout: .seconds(3600))
        let silent = try BlockingClient(port: server.port)
        let waiting = try BlockingClient(port: server.port)
        server.stop()
        server.stop()
        #expect(server.connectionCount == 2)
        #expect(
            server.failures.map(\.description) == [
                "connection 2, step 1 (expect StartupMessage): StartupMessage was expected: nothing came before the server "
                    + "was stopped"
            ])
        #expect(silent.isAtEnd)
        #expect(waiting.isAtEnd)
        #expect(throws: (any Error).self) { try BlockingClient(port: server.port) }
    }

    @Test func nothingIsLeftOpen() throws {
        // Others open and close descriptors meanwhile; a leak of this many would show all the same.
        let before = BlockingClient.openDescriptors
        for _ in 0..<200 {
            let server = try ScriptedServer([.staySilent])
            _ = try BlockingClient(port: server.port)
            server.stop()
        }
        #expect(BlockingClient.openDescriptors < before + 150)
    }

    private static func withConnection<R: Sendable>(
        to server: ScriptedServer, _ body: (Connection) async throws -> R
    ) async throws -> R {
        var configuration = try Connection.Configuration(
            "postgres://u:secret@127.0.0.1:\(server.port)/d?sslmode=disable")
        // While tests that compute have all threads, a task that has waited may go on only when they are done.
        configuration.connectTimeout = .seconds(240)
        return try await Connection.withConnection(configuration, body)
    }
}
