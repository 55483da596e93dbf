import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What real servers cannot be brought to do: each ends in one clear sentence, in bounded time.
    @Suite struct ScriptedFailures {
        private typealias Step = ScriptedServer.Step

        private static let password = "top secret"

        private static func configuration(
            _ server: ScriptedServer, _ mode: SSLMode = .disable
        ) -> Connection.Configuration {
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", password: password,
                tls: .init(mode: mode))
            configuration.connectTimeout = .milliseconds(500)
            return configuration
        }

        /// Connects to a server that plays `script`; expects the sentence, `%` being the server's address.
        private static func expect(
            _ sentence: String, _ mode: SSLMode = .disable, within limit: Duration = .seconds(2),
            sourceLocation: SourceLocation = #_sourceLocation, from script: [Step],
            _ change: (inout Connection.Configuration) -> Void = { _ in },
            _ body: (Connection) async throws -> Void = { _ in }
        ) async throws {
            try await ScriptedServer.run(script) { server in
                var configuration = configuration(server, mode)
                change(&configuration)
                let start = ContinuousClock.now
                let error = try await failure(sourceLocation: sourceLocation) {
                    try await Connection.withConnection(configuration, body)
                }
                #expect(.now - start < limit, sourceLocation: sourceLocation)
                let address = "127.0.0.1:\(server.port)"
                let expected = sentence.split(separator: "%", omittingEmptySubsequences: false).joined(
                    separator: address)
                #expect("\(error)" == expected, sourceLocation: sourceLocation)
                #expect(!"\(error)\(String(reflecting: error))".contains(password), sourceLocation: sourceLocation)
            }
        }

        @Test func whatIsSilentOrSpeaksAnotherProtocol() async throws {
            let silent =
                "% accepted the connection and then stayed silent for 0.5 s: check that it is a PostgreSQL server or pooler "
                + "and that it is not overloaded"
            let http =
                "what listens on % is not a PostgreSQL server (it answers in HTTP): check host and port"
            for mode: SSLMode in [.disable, .require, .prefer] {
                try await Self.expect(silent, mode, from: [.staySilent])
                try await Self.expect(http, mode, from: [.answerAsHTTPServer])
            }
            try await Self.expect(silent, from: [.startup, .staySilent])
            // Silent in the middle of the handshake.
            try await Self.expect(
                silent, .require, from: [.answerToSSLRequest(Array("S".utf8)), .staySilent])
            let unknown =
                "what listens on % is not a PostgreSQL server (its answer is none of the protocol's): check host and port"
            try await Self.expect(unknown, .require, from: [.sendBytes(Array("220 smtp ESMTP\r\n".utf8)), .waitForEnd])
            try await Self.expect(unknown, from: [.sendBytes(Array("220 smtp ESMTP\r\n".utf8)), .waitForEnd])
            try await Self.expect(
                "% closed the connection when TLS was asked for: check that it is a PostgreSQL server and that this machine's "
                    + "address is allowed", .require, from: [.expect(.sslRequest), .close])
            try await Self.expect(
                "% closed the connection during login: check that it is a PostgreSQL server, that this machine's address is "
                    + "allowed, and the server's log", from: [.startup, .close])
        }

        @Test func tlsThatCannotBeTrusted() async throws {
            let stuffed =
                "% sent unencrypted data after agreeing to TLS: somebody between may be tampering with the connection, which is "
                + "therefore not used"
            let error = WireMessage.errorResponse("28000", "give me your password", severity: "FATAL").bytes
            for more in [error, [0], Array("S".utf8)] {
                // Not even where TLS is a wish is the connection then tried without.
                for mode: SSLMode in [.require, .prefer] {
                    try await Self.expect(
                        stuffed, mode, from: [.answerToSSLRequest(Array("S".utf8) + more), .waitForEnd])
                }
            }
            try await Self.expect(
                "% does not offer TLS, which sslmode=verify-full requires: turn ssl on in the server, or use sslmode=disable on "
                    + "a network that you trust", .verifyFull,
                from: [.answerToSSLRequest(Array("N".utf8)), .waitForEnd])
            try await Self.expect(
                "% answered the request for TLS with an error, which is not shown as anybody could have sent it: look into the "
                    + "server's log; it may be full, or too old", .require,
                from: [.answerToSSLRequest(error), .waitForEnd])
            try await Self.expect(
                "TLS with % failed (wrong version number): check that it really speaks TLS there, at least version 1.2",
                .require, from: [.answerToSSLRequest(Array("S".utf8)), Self.answerInClear(error)])
        }

        /// Answers the ClientHello by something that is no TLS.
        private static func answerInClear(_ bytes: [UInt8]) -> Step {
            Step("answer in clear") { connection in
                _ = try connection.receiveBytes()
                try connection.send(bytes)
                try connection.waitForEnd()
            }
        }

        @Test func loginsThatAreGivenUp() async throws {
            let givenUp = "login to % given up: "
            let impostor =
                givenUp
                + "the server skipped the last step of SCRAM, by which it would prove that it knows the password; it "
                + "may be an impostor"
            for fault: ScriptedServer.SCRAMFault in [.okAfterClientFirst, .okWithoutServerFinal] {
                try await Self.expect(impostor, from: [.scram(password: Self.password, fault: fault)])
            }
            try await Self.expect(
                givenUp + "the server could not prove that it knows the password's keys: its SCRAM signature is wrong, "
                    + "so it may be an impostor",
                from: [.scram(password: Self.password, fault: .wrongSignature)])
            try await Self.expect(
                givenUp + "the server refused the SCRAM exchange: invalid-proof",
                from: [.scram(password: Self.password, fault: .refusal)])
            // Refused at once: the work is never begun.
            try await Self.expect(
                givenUp + "the server demands 2000000000 SCRAM iterations, and at most 1000000 are permitted: "
                    + "raise maximumSCRAMIterations if you trust it",
                within: .milliseconds(400), from: [.scramDemanding(iterations: 2_000_000_000)])
            // And where they are permitted, the work obeys the deadline.
            try await Self.expect(
                "% did not complete the login within 0.5 s: look into its log, or raise connect_timeout if it is known to be "
                    + "slow", within: .seconds(2),
                from: [.scramDemanding(iterations: 2_000_000_000)]
            ) { $0.maximumSCRAMIterations = .max }
            try await Self.expect(
                givenUp + "channel_binding=require needs TLS, and this connection has none: "
                    + "use sslmode=require or stronger",
                from: [.startup, .send(.authenticationSASL(["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"])), .waitForEnd]
            ) { $0.authentication.channelBinding = .require }
            try await Self.expect(
                givenUp + "the server offers no SASL mechanism that this driver knows: GS2-KRB5",
                from: [.startup, .send(.authenticationSASL(["GS2-KRB5"])), .waitForEnd])
            try await Self.expect(
                givenUp
                    + "the server asks for authentication by GSSAPI, which this driver does not have: let pg_hba.conf ask "
                    + "for scram-sha-256 for this user",
                from: [.startup, .send(.authentication(7)), .waitForEnd])
            try await Self.expect(
                "% demands a password for role \"scribe\", and none is configured",
                from: [.startup, .send(.authenticationSASL()), .waitForEnd]
            ) { $0.password = nil }
        }

        @Test func connectionsThatAreCut() async throws {
            let lost =
                "the server closed the connection to %: whether the statement under way was carried out is not known; look into "
                + "the server's log for the cause"
            let row = WireMessage.dataRow(texts: ["half of this"]).bytes
            let columns = WireMessage.rowDescription([.init("text", type: 25)])
            let beginning: [Step] = [
                .trust, .receiveBatch, .send(.parseComplete, .bindComplete, columns, .dataRow(texts: ["whole"])),
            ]
            try await Self.expect(lost, from: beginning + [.sendBytes(Array(row.prefix(9))), .close]) { _ in
            } _: { db in
                var seen: [String] = []
                do {
                    for try await text in db.query("SELECT", as: String.self) { seen.append(text) }
                } catch {
                    #expect(seen == ["whole"])
                    throw error
                }
            }
        }

        /// Positions and counts of a server may be any number.
        @Test func numbersThatNoServerMeans() async throws {
            for position in ["-9223372036854775808", "9223372036854775807", "-1", "0", "99999999999999999999", "x"] {
                let error = WireMessage.errorResponse("42601", "no", fields: ["P": position, "p": position, "q": "x"])
                try await ScriptedServer.run([.trust, .answer(error, .readyForQuery()), .waitForEnd]) {
                    server in
                    let configuration = Self.configuration(server)
                    try await Connection.withConnection(configuration) { db in
                        let reported = try await serverFailure {
                            try await db.copyIn("COPY t FROM STDIN", timeout: .seconds(9)) { _ in }
                        }
                        #expect(reported.message == "no")
                        #expect("\(reported)".hasPrefix("ERROR: no (SQLSTATE 42601)"))
                    }
                }
            }
        }

        @Test func aCommitWhoseAnswerIsCutOff() async throws {
            let done: [WireMessage] = [.parseComplete, .bindComplete, .noData]
            let begin: [Step] = [
                .trust, .receiveBatch, .send(done + [.commandComplete("BEGIN"), .readyForQuery(.inTransaction)]),
            ]
            let insert: [Step] = [
                .receiveBatch, .send(done + [.commandComplete("INSERT 0 1"), .readyForQuery(.inTransaction)]),
            ]
            try await Self.expect(
                "the transaction may or may not be committed, as the answer to COMMIT never came: the server closed the "
                    + "connection to %: whether the statement under way was carried out is not known; look into the server's "
                    + "log for the cause",
                from: begin + insert + [.receiveBatch, .close]
            ) { _ in
            } _: { db in
                try await db.transaction { tx in _ = try await tx.execute("INSERT") }
            }
            // Lost before COMMIT was sent, and the error swallowed: certainly not committed, and said so.
            try await Self.expect(
                "the connection to % ended in an earlier call (the server closed the connection to %: whether the statement "
                    + "under way was carried out is not known; look into the server's log for the cause): open another",
                from: begin + [.receiveBatch, .close]
            ) { _ in
            } _: { db in
                try await db.transaction { tx in _ = try? await tx.execute("INSERT") }
            }
        }

        @Test func cancellingWhileConnecting() async throws {
            // How much the client has received when it is cancelled: in the last case it is at work on the keys.
            for (script, receives) in [
                ([Step.staySilent], 0), ([.startup, .staySilent], 0), ([.scramDemanding(iterations: 2_000_000_000)], 2),
            ] {
                let server = try ScriptedServer(script)
                defer { server.stop() }
                let received = Log<Int>()
                var configuration = Self.configuration(server)
                configuration.connectTimeout = .seconds(60)
                configuration.maximumSCRAMIterations = .max
                configuration.trafficObserver = { if $0 == .received { received.append($1.byteCount) } }
                let toConnect = configuration
                let task = Task { try await Connection.connect(toConnect) }
                try await eventually("the client has come so far") {
                    server.connectionCount == 1 && received.all.count >= receives
                }
                let start = ContinuousClock.now
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                #expect(.now - start < .seconds(2))
            }
        }

        /// A server that had not begun with the statement when it was asked to cancel takes that for none of it, so it is
        /// asked again.
        @Test func aCancelThatComesTooEarly() async throws {
            let (begun, cancelled) = (Gate(), Gate())
            let answer = Step("answer the second request") { connection in
                begun.open()
                while !cancelled.isOpen {}
                try connection.send(
                    .errorResponse("57014", "canceling statement due to user request"), .readyForQuery())
                try connection.waitForEnd()
            }
            let second = Step("take it") { connection in
                try connection.expect(.cancelRequest)
                cancelled.open()
            }
            let server = try ScriptedServer(
                [.trust, .receiveBatch, answer], [Step("ignore it") { try $0.expect(.cancelRequest) }], [second])
            defer { server.stop() }
            let db = try await Connection.connect(Self.configuration(server))
            let task = Task { try await db.execute("SELECT") }
            await begun.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.connectionCount == 3)
            // It is still good.
            #expect(try await db.parameter("nothing") == nil)
            await db.close()
        }

        /// A server that neither answers nor stops: the wait for it is bounded, and the connection is over.
        @Test func aCancelThatIsNotAnswered() async throws {
            let server = try ScriptedServer([.trust, .receiveBatch, .staySilent], [.waitForEnd])
            defer { server.stop() }
            let db = try await Connection.connect(Self.configuration(server))
            let task = Task { try await db.execute("SELECT") }
            try await eventually("the statement is under way") { db.waiterCount == 0 && server.connectionCount == 1 }
            task.cancel()
            let start = ContinuousClock.now
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(.now - start < .seconds(8))
            await db.close()
        }
    }
}
