import PGWire
import PGWireTesting
import Testing

/// Logging in when SCRAM is begun before the server asks for it: what it asks for is compared, all else is as ever.
@Suite struct ProtocolEagerStartupTests {
    private static let both = WireMessage.authenticationSASL(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])
    private static let hash: [UInt8] = [1, 2, 3]
    private static let salt = Array("salt of 16 bytes".utf8)

    /// The server's side of a whole login by what the client begins with.
    private struct Server {
        var scram: SCRAMServer
        var first: [UInt8]

        init(_ driver: inout SessionDriver, hash: [UInt8]? = ProtocolEagerStartupTests.hash) throws {
            scram = SCRAMServer(
                password: Array("pencil".utf8), salt: ProtocolEagerStartupTests.salt, iterations: 1, nonce: "Server",
                endpointHash: hash)
            let begun = try #require(try ProtocolEagerStartupTests.requests(in: driver.takeOutput()).last)
            guard case .password(let body) = begun, let end = body.firstIndex(of: 0) else { throw Unexpected() }
            first = scram.serverFirst(clientFirst: Array(body[(end + 5)...])).bytes
        }

        mutating func final(_ driver: inout SessionDriver) throws -> [UInt8] {
            let messages = try ProtocolEagerStartupTests.requests(in: driver.takeOutput(), isStarted: true)
            guard messages.count == 1, case .password(let body) = messages[0] else { throw Unexpected() }
            return scram.serverFinal(clientFinal: body).bytes
        }
    }

    private struct Unexpected: Error {}

    @Test(arguments: [false, true]) func theServerAsksForWhatWasBegun(oneByteAtATime: Bool) throws {
        func say(_ messages: [WireMessage], _ driver: inout SessionDriver) throws {
            for piece in oneByteAtATime ? messages.bytes.map({ [$0] }) : [messages.bytes] { try driver.receive(piece) }
        }
        var driver = try Self.driver()
        let begun = driver.takeOutput()
        #expect(try Self.requests(in: begun).map(\.kind) == [.startup, .password])
        #expect(String(decoding: begun, as: UTF8.self).contains("SCRAM-SHA-256-PLUS\0"))
        #expect(String(decoding: begun, as: UTF8.self).hasSuffix("p=tls-server-end-point,,n=,r=nonce"))
        var again = try Self.driver()
        var server = try Server(&again)
        try say([Self.both], &driver)
        let answer = driver.takeOutput()
        #expect(answer.isEmpty, "it was said already")
        try say([.authenticationSASLContinue(server.first)], &driver)
        let final = try server.final(&driver)
        #expect(final.starts(with: "v=".utf8))
        try say([.authenticationSASLFinal(final), .authenticationOk, .backendKeyData(), .readyForQuery()], &driver)
        let isReady = driver.isIdle
        #expect(isReady)
    }

    /// How far the login is, and what each message leads to there; all others are violations.
    static let places: [(name: String, before: [WireMessage], refused: Set<String>, accepted: Set<String>)] = [
        (
            "begun", [],
            [
                "authentication request 7", "AuthenticationOk", "AuthenticationCleartextPassword",
                "AuthenticationMD5Password", "AuthenticationSASL", "AuthenticationSASLContinue",
                "AuthenticationSASLFinal",
            ], []
        ),
        ("asked for", [both], ["AuthenticationOk"], ["AuthenticationSASLContinue"]),
        (
            "answered", [both, .authenticationSASLContinue(Array("r=nonceServer,s=c2FsdA==,i=1".utf8))],
            ["AuthenticationOk", "AuthenticationSASLFinal"], []
        ),
    ]

    @Test(arguments: places.indices) func everyMessageEverywhere(place: Int) throws {
        let (name, before, refused, accepted) = Self.places[place]
        for message in BackendSample.synchronous {
            // The sample of AuthenticationSASL offers SCRAM-SHA-256 alone, and PLUS was begun.
            let kind = BackendSample.name(message)
            let expected =
                kind == "ErrorResponse"
                ? "server" : refused.contains(kind) ? "refused" : accepted.contains(kind) ? "accepted" : "violation"
            #expect(try Self.outcome(before + [message]) == expected, "\(kind) at \"\(name)\"")
        }
    }

    @Test(arguments: places.indices) func errorAtEveryStep(place: Int) throws {
        let error = WireMessage.errorResponse("53300", "too many clients", severity: "FATAL")
        #expect(try Self.outcome(Self.places[place].before + [error]) == "server")
    }

    @Test func whatIsNotOfferedIsNotUsed() throws {
        for offered in [[], ["SCRAM-SHA-256"], ["OAUTHBEARER"], ["scram-sha-256-plus"]] {
            #expect(try Self.outcome([.authenticationSASL(offered)]) == "refused", "\(offered)")
        }
        #expect(try Self.outcome([.authenticationSASL(["SCRAM-SHA-256-PLUS"])]) == "accepted")
    }

    @Test func aWrongSignatureIsRefused() throws {
        for wrong in ["v=\(String(repeating: "A", count: 43))=", "e=invalid-proof", "v=", ""] {
            var driver = try Self.driver()
            var again = try Self.driver()
            let server = try Server(&again)
            try driver.receive([Self.both, .authenticationSASLContinue(server.first)].bytes)
            let rest =
                [.authenticationSASLFinal(Array(wrong.utf8)), .authenticationOk, .readyForQuery()] as [WireMessage]
            #expect(Self.kind { try driver.receive(rest.bytes) } == "refused", "\(wrong)")
        }
    }

    /// Never less than what the policy and the certificate allow; and nothing where they do not go together.
    @Test func theMechanismIsTheStrongest() throws {
        func begun(_ binding: AuthenticationPolicy.ChannelBinding, _ hash: [UInt8]?) throws -> String {
            var driver = try Self.driver(AuthenticationPolicy(channelBinding: binding), hash: hash)
            return String(decoding: driver.takeOutput(), as: UTF8.self)
        }
        for binding in [AuthenticationPolicy.ChannelBinding.prefer, .require] {
            #expect(try begun(binding, Self.hash).hasSuffix("p=tls-server-end-point,,n=,r=nonce"))
        }
        #expect(try begun(.disable, Self.hash).hasSuffix("n,,n=,r=nonce"))
        #expect(try begun(.prefer, nil).hasSuffix("n,,n=,r=nonce"))
        #expect(Self.kind { _ = try begun(.require, nil) } == "refused")
        #expect(Self.kind { _ = try Self.driver(AuthenticationPolicy(allowed: [.md5])) } == "refused")
        #expect(Self.kind { _ = try Self.driver(password: nil) } == "refused")
    }

    private static func driver(
        _ policy: AuthenticationPolicy = AuthenticationPolicy(), hash: [UInt8]? = ProtocolEagerStartupTests.hash,
        password: String? = "pencil"
    ) throws -> SessionDriver {
        let login = Startup.Login(
            user: "u", password: password.map(Secret.init), policy: policy, security: .verifiedTLS, endPointHash: hash,
            maximumIterations: 100_000, nonce: "nonce")
        return try SessionDriver(login, parameters: [("user", "u")], beginsEarly: true) { challenge in
            SCRAMKeys(
                saltedPassword: PBKDF2(
                    password: Array("pencil".utf8), salt: challenge.salt, iterations: challenge.iterations
                ).result)
        }
    }

    private static func requests(in bytes: [UInt8], isStarted: Bool = false) throws -> [FrontendRequest] {
        var decoder = FrontendDecoder(isStarted: isStarted)
        decoder.append(bytes)
        var requests: [FrontendRequest] = []
        while let request = try decoder.next() { requests.append(request) }
        return requests
    }

    private static func outcome(_ messages: [WireMessage]) throws -> String {
        var driver = try driver()
        return kind { try driver.receive(messages.bytes) }
    }

    private static func kind(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "accepted"
        } catch SessionDriver.Failure.startup(.server) {
            return "server"
        } catch SessionDriver.Failure.startup(.violation), SessionDriver.Failure.violation, Startup.Failure.violation {
            return "violation"
        } catch {
            return "refused"
        }
    }
}
