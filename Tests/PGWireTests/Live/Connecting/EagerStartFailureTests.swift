import Dispatch
import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// `eagerStart` with servers that are lost, lie or take their time before the login is complete.
    @Suite struct EagerStartFailures {
        private typealias Step = ScriptedServer.Step

        /// Who is lost before the answer may have carried the statement out; who refuses has not.
        @Test func aLostLoginIsNotSafeToRepeat() async throws {
            let begin = Step("SCRAM up to the client's last message") { connection in _ = try Self.begin(connection) }
            let logIn = Step("SCRAM") { connection in try Self.logIn(connection) }
            let tls = try Self.tls()
            let refusal = WireMessage.errorResponse("53300", "too many connections for role", severity: "FATAL")
            // Before the login is complete, and after.
            for login in [begin, logIn] {
                try await ScriptedServer.run([tls.step, login, .receiveBatch, .close]) { server in
                    let db = try await Connection.connect(tls.configuration(server))
                    let error = try await failure { try await db.execute("SELECT 1") }
                    guard case .connection(let connection) = error else { throw error }
                    #expect(
                        connection.reason == .lost && connection.phase == .query && !error.isSafeToRetry, "\(error)")
                }
            }
            try await ScriptedServer.run([tls.step, begin, .receiveBatch, .send(refusal), .close]) { server in
                let db = try await Connection.connect(tls.configuration(server))
                let error = try await failure { try await db.execute("SELECT 1") }
                #expect(error.isSafeToRetry, "\(error)")
            }
            try await ScriptedServer.run([tls.step, begin, .waitForEnd]) { server in
                var configuration = tls.configuration(server)
                configuration.connectTimeout = .milliseconds(500)
                let db = try await Connection.connect(configuration)
                let error = try await failure { try await db.execute("SELECT 1") }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .timedOut && connection.phase == .query && !error.isSafeToRetry)
                #expect(
                    "\(error)"
                        == "127.0.0.1:\(server.port) did not complete the login within 0.5 s: look into its log, or raise "
                        + "connect_timeout if it is known to be slow; whether the statement that was sent with it was carried "
                        + "out is not known")
            }
            // Without a statement there is no doubt.
            try await ScriptedServer.run([tls.step, begin, .expect(.password), .close]) { server in
                let db = try await Connection.connect(tls.configuration(server))
                let error = try await failure { try await db.parameter("server_version") }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .lost && connection.phase == .authentication && error.isSafeToRetry)
            }
        }

        @Test func anImpostorIsNotBelieved() async throws {
            let tls = try Self.tls()
            let signature = WireMessage.authenticationSASLFinal(
                Array("v=\(String(repeating: "A", count: 43))=".utf8))
            for (answer, reason) in [
                ([signature], "the server could not prove that it knows the password's keys"),
                ([], "the server skipped the last step of SCRAM"),
            ] {
                let script: [Step] = [
                    tls.step, Step("SCRAM") { _ = try Self.begin($0) }, .receiveBatch,
                    .send(answer + WireMessage.greeting + [.parseComplete, .bindComplete, .noData]), .waitForEnd,
                ]
                try await ScriptedServer.run(script) { server in
                    let db = try await Connection.connect(tls.configuration(server))
                    let error = try await failure { try await db.execute("SELECT 1") }
                    #expect("\(error)".hasPrefix("login to 127.0.0.1:\(server.port) given up: \(reason)"), "\(error)")
                    #expect(!error.isSafeToRetry)
                }
            }
        }

        /// The key to cancel by comes with the login's last answers.
        @Test func cancellingBeforeTheLoginIsComplete() async throws {
            let tls = try Self.tls()
            let (batch, cancelled, asked) = (
                DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
            )
            let first: [Step] = [
                tls.step,
                Step("SCRAM, once the task is cancelled") { connection in
                    try Self.logIn(connection) {
                        while try connection.receive().kind != .sync {}
                        batch.signal()
                        _ = cancelled.wait(timeout: .now() + 20)
                    }
                    _ = asked.wait(timeout: .now() + 20)
                },
                .send(.errorResponse("57014", "canceling statement due to user request"), .readyForQuery()),
                .answer(.parseComplete, .bindComplete, .noData, .commandComplete("SELECT 0"), .readyForQuery()),
                .waitForEnd,
            ]
            let second: [Step] = [tls.step, .expect(.cancelRequest), .run { _ in asked.signal() }, .close]
            try await ScriptedServer.run(first, second) { server in
                try await Connection.withConnection(tls.configuration(server)) { db in
                    let task = Task { try await db.execute("SELECT pg_sleep(600)") }
                    try await eventually("the statement is there") { batch.wait(timeout: .now()) == .success }
                    task.cancel()
                    cancelled.signal()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    try await db.execute("SELECT 1")
                }
                #expect(server.connectionCount == 2)
            }
        }

        /// TLS of a scripted server that a client can verify.
        private struct TLS: Sendable {
            let step: Step
            let directory: TemporaryDirectory
            let authorityFile: String

            func configuration(_ server: ScriptedServer) -> Connection.Configuration {
                var tls = Connection.Configuration.TLS(mode: .verifyFull, trustRoots: .file(authorityFile))
                tls.negotiation = .direct
                var configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "scribe", password: "secret", tls: tls)
                // The double's SCRAM is not bound.
                configuration.authentication.channelBinding = .disable
                configuration.eagerStart = true
                return configuration
            }
        }

        private static func tls() throws -> TLS {
            let authority = try CertificateAuthority(commonName: "CA")
            let directory = TemporaryDirectory()
            let file = directory.file("ca.crt")
            try overwrite(file, with: authority.certificatePEM)
            let certificate = try authority.issue(commonName: "x", ipAddresses: ["127.0.0.1"])
            return TLS(step: .tls(certificate), directory: directory, authorityFile: file)
        }

        /// Receives what a client sends at once, and answers up to where the client's proof is due.
        private static func begin(_ connection: ServerConnection) throws -> SCRAMServer {
            var scram = SCRAMServer(
                password: Array("secret".utf8), salt: Array("salt of 16 bytes".utf8), iterations: 1, nonce: "Server")
            try connection.expect(.startup)
            guard case .password(let body) = try connection.expect(.password), let end = body.firstIndex(of: 0) else {
                throw ScriptFailure("SCRAM was not begun")
            }
            let first = scram.serverFirst(clientFirst: Array(body[(end + 5)...])).bytes
            try connection.send(.authenticationSASL(), .authenticationSASLContinue(first))
            return scram
        }

        /// The whole login, with `pause` before the last answers.
        private static func logIn(_ connection: ServerConnection, _ pause: () throws -> Void = {}) throws {
            var scram = try begin(connection)
            guard case .password(let body) = try connection.expect(.password) else { return }
            try pause()
            let final = scram.serverFinal(clientFinal: body).bytes
            try connection.send([.authenticationSASLFinal(final)] + WireMessage.greeting)
        }
    }
}
