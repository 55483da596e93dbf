import Dispatch
import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// `sslnegotiation=direct`: TLS without asking for it.
    @Suite struct DirectTLS {
        private typealias Step = ScriptedServer.Step

        @Test(arguments: [SSLMode.require, .verifyCA, .verifyFull]) func savesAFlight(mode: SSLMode) async throws {
            try await LiveServer.postgres17.connected {
                $0.tls.mode = mode
                $0.tls.negotiation = .direct
            } _: { db in
                let isEncrypted = try await db.fetchOne(
                    "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self)
                #expect(isEncrypted)
                #expect(db.tls?.protocolVersion == "TLSv1.3")
                // ClientHello; Finished with Startup; SASL initial; SASL response; query.
                #expect(try await db.traffic().flights == 5)
            }
            // The certificate is checked as ever.
            let error = try await failure {
                try await LiveServer.postgres17.connected {
                    $0.tls = .init(mode: .verifyFull)
                    $0.tls.negotiation = .direct
                } _: { _ in
                }
            }
            #expect("\(error)".contains("is not trusted ("), "\(error)")
        }

        @Test func cancellingReachesTheServer() async throws {
            let mark = "direct_\(UInt32.random(in: 0 ... .max))"
            let running = SQL.isRunning(mark)
            try await LiveServer.postgres17.observed { observer in
                try await LiveServer.postgres17.connected {
                    $0.tls.negotiation = .direct
                } _: { db in
                    let task = Task { try await db.execute(SQL(raw: "SELECT pg_sleep(600) /* \(mark) */")) }
                    try await observer.wait(for: running)
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(try await observer.fetchOne("SELECT NOT (\(running))", as: Bool.self))
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
            }
        }

        /// PostgreSQL 17 would take a CancelRequest after SSLRequest as well; this server takes none but by direct TLS.
        @Test func theCancelRequestIsDirectToo() async throws {
            let certificate = try Self.certificate()
            let batch = DispatchSemaphore(value: 0)
            let cancelled = DispatchSemaphore(value: 0)
            let first: [Step] = [
                .tls(certificate), .trust, .receiveBatch,
                .run { _ in
                    batch.signal()
                    _ = cancelled.wait(timeout: .now() + 20)
                },
                .send(.errorResponse("57014", "canceling statement due to user request"), .readyForQuery()),
                .waitForEnd,
            ]
            let second: [Step] = [.tls(certificate), .expect(.cancelRequest), .run { _ in cancelled.signal() }, .close]
            try await ScriptedServer.run(first, second) { server in
                try await Connection.withConnection(Self.configuration(server)) { db in
                    let task = Task { try await db.execute("SELECT pg_sleep(600)") }
                    try await eventually("the statement is there") { batch.wait(timeout: .now()) == .success }
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                }
                #expect(server.connectionCount == 2)
            }
        }

        @Test(arguments: [LiveServer.postgres15, .postgres18, .pgBouncer])
        func whoDoesNotKnowItIsNamed(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            configuration.tls.mode = .require
            configuration.tls.trustRoots = .system
            configuration.tls.negotiation = .direct
            let endpoint = configuration.endpoints[0]
            let error = try await failure { try await Connection.connect(configuration) }
            #expect("\(error)" == Self.refusal("\(endpoint)"))
            guard case .connection(let connection) = error else { throw error }
            #expect(connection.reason == .tlsRefused && connection.phase == .tls && !error.isSafeToRetry)
            // Another host may know it.
            configuration.endpoints.append(try await LiveServer.postgres17.configuration.endpoints[0])
            configuration.password = try await LiveServer.postgres17.configuration.password
            try await Connection.withConnection(configuration) { db in #expect(db.tls != nil) }
        }

        @Test func whoHangsUpOrAnswersInHTTPIsRefused() async throws {
            for ending in [Step.close, .reset] {
                let script: [Step] = [.receiveSome, ending]
                try await ScriptedServer.run(script) { server in
                    try await expectFailure(Self.refusal("127.0.0.1:\(server.port)")) {
                        try await Connection.connect(Self.configuration(server))
                    }
                }
            }
            try await ScriptedServer.run([.answerAsHTTPServer, .waitForEnd]) { server in
                try await expectFailure(
                    "what listens on 127.0.0.1:\(server.port) is not a PostgreSQL server (it answers in HTTP): check host and "
                        + "port"
                ) { try await Connection.connect(Self.configuration(server)) }
            }
        }

        /// Nothing else shows that it is PostgreSQL that is spoken inside, and not what another service of this name and
        /// certificate speaks (ALPACA).
        @Test func theProtocolMustBeAgreedOn() async throws {
            let certificate = try Self.certificate()
            let ignorant = ScriptedServer.TLSBehaviour(applicationProtocol: nil)
            try await ScriptedServer.run([.tls(certificate, ignorant), .waitForEnd]) { server in
                try await expectFailure(
                    "127.0.0.1:\(server.port) speaks TLS, but did not say that it speaks PostgreSQL's protocol in it (ALPN), "
                        + "as it must with sslnegotiation=direct: check host and port, or use sslnegotiation=postgres"
                ) { try await Connection.connect(Self.configuration(server)) }
            }
            // Where SSLRequest was answered, the server has shown what it speaks.
            let asked: [Step] = [
                .answerToSSLRequest(Array("S".utf8)), .tls(certificate, ignorant), .trust, .waitForEnd,
            ]
            try await ScriptedServer.run(asked) { server in
                var configuration = Self.configuration(server)
                configuration.tls.negotiation = .postgres
                try await Connection.withConnection(configuration) { db in #expect(db.tls != nil) }
            }
        }

        /// In TLS 1.2 the server's message is the last of the handshake, so that what it says at once comes along with it.
        @Test func whatComesWithTheHandshakeIsRead() async throws {
            let refusal = WireMessage.errorResponse("53300", "sorry, too many clients already", severity: "FATAL").bytes
            let behaviour = ScriptedServer.TLSBehaviour(speaksTLS13: false, greeting: refusal)
            try await ScriptedServer.run([.tls(try Self.certificate(), behaviour), .waitForEnd]) { server in
                let error = try await serverFailure { try await Connection.connect(Self.configuration(server)) }
                #expect(error.sqlState == .tooManyConnections)
            }
        }

        @Test(arguments: [SSLMode.disable, .allow, .prefer]) func modesThatDoNotInsistOnTLS(mode: SSLMode) async throws
        {
            var configuration = Connection.Configuration(host: "127.0.0.1", user: "x", tls: .init(mode: mode))
            configuration.tls.negotiation = .direct
            try await expectFailure(
                "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full, as sslmode=\(mode.rawValue) does not "
                    + "insist on TLS"
            ) { [configuration] in try await Connection.connect(configuration) }
        }

        private static func refusal(_ endpoint: String) -> String {
            "\(endpoint) does not take TLS that it was not asked for: servers before PostgreSQL 17 do not, nor do most poolers; "
                + "use sslnegotiation=postgres"
        }

        private static func certificate() throws -> Certificate {
            try CertificateAuthority(commonName: "CA").issue(commonName: "x", ipAddresses: ["127.0.0.1"])
        }

        private static func configuration(_ server: ScriptedServer) -> Connection.Configuration {
            var tls = Connection.Configuration.TLS(mode: .require)
            tls.negotiation = .direct
            return Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", password: "secret", tls: tls)
        }
    }
}
