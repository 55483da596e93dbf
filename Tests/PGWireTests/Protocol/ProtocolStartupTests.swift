import PGWire
import PGWireTesting
import Testing

/// Logging in, message by message; the server is not trusted with anything.
@Suite struct ProtocolStartupTests {
    private static let serverFirst = WireMessage.authenticationSASLContinue(
        Array("r=nonceServer,s=c2FsdA==,i=4096".utf8))
    private static let failure = WireMessage.errorResponse("53300", "too many clients", severity: "FATAL")

    /// How far the login is, and what each message leads to there; all others are violations.
    static let places: [(name: String, before: [WireMessage], refused: Set<String>, accepted: Set<String>)] = [
        (
            "request", [], ["authentication request 7"],
            ["AuthenticationOk", "AuthenticationCleartextPassword", "AuthenticationMD5Password", "AuthenticationSASL"]
        ),
        ("SCRAM begun", [.authenticationSASL()], ["AuthenticationOk"], ["AuthenticationSASLContinue"]),
        (
            "SCRAM answered", [.authenticationSASL(), serverFirst],
            ["AuthenticationOk", "AuthenticationSASLFinal"], []
        ),
        ("password sent", [.authenticationCleartextPassword], [], ["AuthenticationOk"]),
        ("MD5 sent", [.authenticationMD5Password(salt: [1, 2, 3, 4])], [], ["AuthenticationOk"]),
        ("let in", [.authenticationOk], [], ["BackendKeyData", "ReadyForQuery"]),
        ("key given", [.authenticationOk, .backendKeyData()], [], ["BackendKeyData", "ReadyForQuery"]),
    ]

    @Test(arguments: places.indices) func everyMessageEverywhere(place: Int) throws {
        let (name, before, refused, accepted) = Self.places[place]
        for message in BackendSample.synchronous {
            let kind = BackendSample.name(message)
            let expected: Outcome =
                kind == "ErrorResponse"
                ? .server : refused.contains(kind) ? .refused : accepted.contains(kind) ? .accepted : .violation
            #expect(try outcome(before + [message]) == expected, "\(kind) at \"\(name)\"")
        }
    }

    @Test(arguments: places.indices) func errorAtEveryStep(place: Int) throws {
        do {
            try play(Self.places[place].before + [Self.failure])
        } catch SessionDriver.Failure.startup(let failure) {
            guard case .server(let error) = failure else { throw failure }
            #expect(error.sqlState == .tooManyConnections && error.isFatal)
        }
    }

    @Test func keyMayBeAbsent() throws {
        #expect(try outcome([.authenticationOk, .readyForQuery()]) == .accepted)
    }

    @Test func refusalInSCRAM() throws {
        let refusal = WireMessage.authenticationSASLFinal(Array("e=invalid-proof".utf8))
        #expect(try outcome([.authenticationSASL(), Self.serverFirst, refusal]) == .refused)
        #expect(try outcome([.authenticationSASL(), .authenticationSASLContinue(Array("e=x".utf8))]) == .refused)
    }

    @Test(
        "what SCRAM's first message must not be",
        arguments: [
            "", "r=nonce,s=c2FsdA==,i=4096", "r=other,s=c2FsdA==,i=4096", "r=nonceServer,s=,i=4096",
            "r=nonceServer,s=c2FsdA==,i=0", "r=nonceServer,s=c2FsdA==,i=-1", "r=nonceServer,s=c2FsdA==,i=2000000000",
            "r=nonceServer,s=c2FsdA==,i=99999999999999999999", "m=x,r=nonceServer,s=c2FsdA==,i=1", "r=nonceServer,i=1",
        ])
    func serverFirst(text: String) throws {
        #expect(try outcome([.authenticationSASL(), .authenticationSASLContinue(Array(text.utf8))]) == .refused)
    }

    @Test func mechanisms() throws {
        #expect(try outcome([.authenticationSASL([])]) == .refused)
        #expect(try outcome([.authenticationSASL(["OAUTHBEARER"])]) == .refused)
        // Bound to TLS that there is none of.
        #expect(try outcome([.authenticationSASL(["SCRAM-SHA-256-PLUS"])]) == .refused)
    }

    @Test func parametersAreBounded() throws {
        let flood = (0...1000).map { WireMessage.parameterStatus("p\($0)", "x") }
        #expect(try outcome([.authenticationOk] + flood) == .violation)
        let changes = (0...5000).map { WireMessage.parameterStatus("p", "\($0)") }
        #expect(try outcome([.authenticationOk] + changes + [.readyForQuery()]) == .accepted)
    }

    /// Only what is small is believed before authentication, and what is large after it.
    @Test func messagesGrowAfterAuthentication() throws {
        let large = WireMessage.noticeResponse(String(repeating: "x", count: 40_000))
        #expect(try outcome([large]) == .violation)
        #expect(try outcome([.authenticationOk, large]) == .accepted)
    }

    /// A password is configured, TLS is there, nobody has shown a certificate that was checked: SCRAM alone would prove that
    /// this is the server.
    @Test func anImpostorIsNotBelieved() throws {
        let letIn: [WireMessage] = [.authenticationOk, .readyForQuery()]
        for security in ConnectionSecurity.allCases {
            let isExposed = [.plaintext, .tls].contains(security)
            #expect(try outcome(letIn, security) == (isExposed ? .refused : .accepted))
            #expect(try outcome(letIn, security, requireAuth: "none") == .accepted)
            #expect(try outcome(letIn, security, password: nil) == .accepted)
        }
    }

    enum Outcome { case accepted, server, refused, violation }

    private func outcome(
        _ messages: [WireMessage], _ security: ConnectionSecurity = .loopback, requireAuth: String = "",
        password: String? = "pencil"
    ) throws -> Outcome {
        do {
            try play(messages, security, requireAuth, password)
            return .accepted
        } catch SessionDriver.Failure.violation {
            return .violation
        } catch SessionDriver.Failure.startup(let failure) {
            switch failure {
            case .server: return .server
            case .violation: return .violation
            case .refused, .passwordMissing, .unusable, .tokenMissing, .tokenWanted, .tokenRefused: return .refused
            }
        }
    }

    private func play(
        _ messages: [WireMessage], _ security: ConnectionSecurity = .loopback, _ requireAuth: String = "",
        _ password: String? = "pencil"
    ) throws {
        let login = Startup.Login(
            user: "u", password: password.map { Secret($0) },
            policy: try AuthenticationPolicy(requireAuth: requireAuth), security: security,
            endPointHash: nil, maximumIterations: 100_000, nonce: "nonce")
        var driver = try SessionDriver(login, parameters: [("user", "u")]) { _ in SCRAMKeys(saltedPassword: [1]) }
        try driver.receive(messages.bytes)
    }
}
