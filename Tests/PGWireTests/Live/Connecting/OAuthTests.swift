import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// OAUTHBEARER, with PostgreSQL 18 and a validator, and with what no real server says.
    @Suite struct OAuthLogins {
        private typealias Request = Connection.Configuration.TokenRequest
        private typealias Step = ScriptedServer.Step

        private static let discoveryURL = "\(OAuthServer.issuer)/.well-known/openid-configuration"

        private func configuration(
            user: String = "bearer", _ provider: (@Sendable (Request) async throws -> Secret?)?
        ) async throws -> Connection.Configuration {
            let server = try await OAuthServer.shared.value
            var configuration = try Connection.Configuration(server.connectionURI)
            configuration.user = user
            configuration.password = nil
            configuration.oauth = .init(issuer: OAuthServer.issuer, tokenProvider: provider)
            configuration.oauth.clientID = "client"
            configuration.oauth.clientSecret = Secret("of the client")
            return configuration
        }

        /// A token that is there takes one connection, and is asked for each anew.
        @Test func aTokenAtOnce() async throws {
            let asked = Log<Request>()
            let configuration = try await configuration { request in
                asked.append(request)
                return Secret("good-\(request.user)")
            }
            for _ in 0..<2 {
                try await Connection.withConnection(configuration) { db async throws in
                    #expect(try await db.fetchOne("SELECT user::text", as: String.self) == "bearer")
                    #expect(try await db.fetchOne("SELECT system_user", as: String.self) == "oauth:bearer")
                    // Startup; the token; the statements.
                    #expect(try await db.traffic().flights == 4)
                }
            }
            let request = Request(
                endpoint: configuration.endpoints[0], user: "bearer", database: "postgres",
                issuer: OAuthServer.issuer, discoveryURL: nil, scope: nil, clientID: "client",
                clientSecret: Secret("of the client"), isFromServer: false)
            #expect(asked.all == [request, request])
        }

        /// Who has none yet learns from the server where tokens come from.
        @Test(arguments: [nil, OAuthServer.issuer, discoveryURL]) func theServerIsAsked(_ issuer: String?) async throws
        {
            let asked = Log<Request>()
            var configuration = try await configuration { request in
                asked.append(request)
                return request.isFromServer ? Secret("good-bearer") : nil
            }
            configuration.oauth.issuer = issuer
            let attempts = Log<ConnectionStep>()
            configuration.observer = EventObserver { event in
                if case .connecting(let step) = event, case .reached = step { attempts.append(step) }
            }
            try await Connection.withConnection(configuration) { try await $0.expectEcho(of: 5) }
            #expect(attempts.all.count == 2 && asked.all.count == 2)
            #expect(asked.all.last?.discoveryURL == Self.discoveryURL && asked.all.last?.issuer == OAuthServer.issuer)
            #expect(asked.all.last?.scope == "openid database")
            #expect(asked.all.first?.issuer == (issuer == nil ? nil : OAuthServer.issuer))
            #expect(asked.all.first?.discoveryURL == (issuer == Self.discoveryURL ? issuer : nil))
        }

        /// The server says what is wrong with a token, and we say it on.
        @Test func aRefusedToken() async throws {
            let asked = Log<Int>()
            let configuration = try await configuration { _ in
                asked.append(1)
                return Secret("bad")
            }
            let error = try await serverFailure { try await Connection.connect(configuration) }
            #expect(error.sqlState == .invalidAuthorizationSpecification && asked.all.count == 1)
            #expect(
                "\(error)".hasPrefix(
                    "login to \(configuration.endpoints[0]) as role \"bearer\" refused: OAuth bearer authentication failed for "
                        + "user \"bearer\" (SQLSTATE 28000); it says invalid_token of the token, and takes those that "
                        + "\(Self.discoveryURL) is about, with the scope \"openid database\""), "\(error)")
            // A good one, of somebody else.
            let other = try await self.configuration(user: "other") { _ in Secret("good-bearer") }
            #expect(
                try await serverFailure { try await Connection.connect(other) }.sqlState
                    == .invalidAuthorizationSpecification)
        }

        @Test func noToken() async throws {
            let missing =
                " demands an OAuth token for role \"bearer\", and there is none: set the configuration's oauth.tokenProvider"
            for provider: (@Sendable (Request) async throws -> Secret?)? in [nil, { _ in nil }] {
                let configuration = try await configuration(provider)
                try await expectFailure("\(configuration.endpoints[0])\(missing)") {
                    try await Connection.connect(configuration)
                }
            }
            struct Broken: Error, CustomStringConvertible { let description = "the issuer is down" }
            let broken = try await configuration { _ in throw Broken() }
            try await expectFailure(
                "there is no OAuth token for \(broken.endpoints[0]), as the configuration's oauth.tokenProvider failed: the "
                    + "issuer is down"
            ) { try await Connection.connect(broken) }
            for token in ["", "a b", "a\u{01}auth=", "=", "ä", "a=b"] {
                let configuration = try await configuration { _ in Secret(token) }
                try await expectFailure(
                    "login to \(configuration.endpoints[0]) given up: the OAuth token has characters that no bearer token has "
                        + "(RFC 6750, section 2.1)"
                ) { try await Connection.connect(configuration) }
            }
        }

        /// The server, or whoever answers in its place, names another issuer than is expected.
        @Test func anotherIssuer() async throws {
            var configuration = try await configuration { request in request.isFromServer ? Secret("x") : nil }
            configuration.oauth.issuer = "https://issuer.example"
            try await expectFailure(
                "login to \(configuration.endpoints[0]) given up: the server wants tokens of \(OAuthServer.issuer), and "
                    + "https://issuer.example is configured as the issuer"
            ) { try await Connection.connect(configuration) }
        }

        @Test func requireAuthKnowsIt() async throws {
            var configuration = try await configuration { _ in Secret("good-bearer") }
            configuration.authentication = try AuthenticationPolicy(requireAuth: "oauth")
            try await Connection.withConnection(configuration) { try await $0.expectEcho(of: 6) }
            configuration.authentication = try AuthenticationPolicy(requireAuth: "!oauth")
            try await expectFailure(
                "login to \(configuration.endpoints[0]) given up: the server asks for oauth authentication, but require_auth "
                    + "allows only md5, none, password, scram-sha-256"
            ) { try await Connection.connect(configuration) }
        }

        /// Answers OAUTHBEARER's first message with these, and then waits for the end.
        private static func script(_ answers: WireMessage...) -> ScriptedServer.Script {
            [.startup, .send(.authenticationSASL(["OAUTHBEARER"])), .expect(.password), .send(answers), .waitForEnd]
        }

        @Test func whatNoServerShouldSay() async throws {
            let json =
                "{\"status\":\"invalid_token\",\"openid-configuration\":\"http://a.example/.well-known/openid-configuration\"}"
            let refusal = WireMessage.authenticationSASLContinue(Array(json.utf8))
            let end = WireMessage.errorResponse("28000", "no", severity: "FATAL")
            for (script, isQuestion, sentence) in [
                (
                    Self.script(.authenticationSASLContinue(Array("{}".utf8))), false,
                    "login to % given up: the server's error in OAUTHBEARER is not the JSON object that RFC 7628 demands"
                ),
                (
                    Self.script(.authenticationOk), true,
                    "login to % given up: the server took a question for a token, so it checks none; it may be an impostor"
                ),
                (
                    Self.script(refusal, end), true,
                    "login to % given up: the server names http://a.example/.well-known/openid-configuration, which is no HTTPS "
                        + "URL of an issuer's metadata"
                ),
                (
                    Self.script(.authenticationSASLFinal([])), false,
                    "AuthenticationSASLFinal came in the middle of logging in, where it does not belong"
                ),
                (
                    Self.script(refusal, .authenticationOk), false,
                    "AuthenticationOk came in the middle of logging in, where it does not belong"
                ),
            ] as [(ScriptedServer.Script, Bool, String)] {
                try await ScriptedServer.run(script) { server in
                    var configuration = Connection.Configuration(
                        host: "127.0.0.1", port: server.port, user: "u", tls: .disabled)
                    configuration.oauth.tokenProvider = { _ in isQuestion ? nil : Secret("token") }
                    let error = try await failure { try await Connection.connect(configuration) }
                    let text = "\(error)".split(separator: "127.0.0.1:\(server.port)").joined(separator: "%")
                    #expect(text == sentence)
                }
            }
        }

        /// A token goes to nobody who may be listening.
        @Test func tokensAreKeptPrivate() async throws {
            try await ScriptedServer.run(
                [.startup, .send(.authenticationSASL(["OAUTHBEARER"])), .waitForEnd]
            ) { server in
                var configuration = Connection.Configuration(
                    host: "db.example.com", port: server.port, user: "u", tls: .disabled)
                configuration.socketProvider = { endpoint in try connectedSocket(port: endpoint.port) }
                configuration.oauth.tokenProvider = { _ in
                    Issue.record("asked")
                    return nil
                }
                try await expectFailure(
                    "login to \(configuration.endpoints[0]) given up: the server asks for an OAuth token, and there is no TLS: "
                        + "use sslmode=verify-full, as whoever sees the token can log in with it"
                ) { try await Connection.connect(configuration) }
            }
        }
    }
}
