import PGWire
import PGWireTesting
import Testing

/// Agreeing on the version of the protocol; the server is not trusted with anything.
@Suite struct ProtocolNegotiationTests {
    private static let older: Int32 = 3 << 16
    private static let newest = ProtocolVersion.latest.code
    private static let end: [WireMessage] = [.authenticationOk, .backendKeyData(), .readyForQuery()]

    private static func negotiate(_ version: Int32, _ options: [String] = []) -> WireMessage {
        .negotiateProtocolVersion(version: version, unknownOptions: options)
    }

    /// The message with another count than it has options.
    private static func lying(_ count: Int32, _ options: [String]) -> WireMessage {
        var message = negotiate(older, options)
        message.body.replaceSubrange(4..<8, with: (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) })
        return message
    }

    enum Outcome: Equatable { case agreed(ProtocolVersion), refused, violation }

    static let conversations: [(name: String, messages: [WireMessage], expected: Outcome)] = [
        ("silent", end, .agreed(.v32)),
        ("older", [negotiate(older)] + end, .agreed(.v30)),
        ("the same", [negotiate(newest)] + end, .violation),
        ("the minor version alone, as the manual has it", [negotiate(0)] + end, .violation),
        ("3.1, which there is not", [negotiate(older | 1)] + end, .violation),
        ("newer", [negotiate(older | 3)] + end, .violation),
        ("another major version", [negotiate(2 << 16)] + end, .violation),
        ("negative", [negotiate(-1)] + end, .violation), ("smallest", [negotiate(.min)] + end, .violation),
        ("greatest", [negotiate(.max)] + end, .violation),
        ("twice", [negotiate(older), negotiate(older)] + end, .violation),
        ("after the request", [.authenticationCleartextPassword, negotiate(older)], .violation),
        ("after authentication", [.authenticationOk, negotiate(older)], .violation),
        ("in SCRAM", [.authenticationSASL(), negotiate(older)], .violation),
        ("an option that was not sent", [negotiate(older, ["_pq_.x"])] + end, .violation),
        ("an option that is none", [negotiate(newest, ["search_path"])] + end, .violation),
        ("a count that is too great", [lying(1, [])] + end, .violation),
        ("a count that is much too great", [lying(.max, ["_pq_.x"])] + end, .violation),
        ("a negative count", [lying(-1, [])] + end, .violation),
        ("a count that is too small", [lying(0, ["_pq_.x"])] + end, .violation),
    ]

    @Test(arguments: conversations.indices) func atEveryBoundary(_ index: Int) throws {
        let (name, messages, expected) = Self.conversations[index]
        let bytes = messages.bytes
        for cut in 0...bytes.count {
            #expect(try outcome([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "\(name), cut at \(cut)")
        }
        #expect(try outcome(bytes.map { [$0] }) == expected, "\(name), byte by byte")
    }

    @Test func theLeastThatWillDo() throws {
        let messages = ([Self.negotiate(Self.older)] + Self.end).bytes
        #expect(try outcome([messages], from: .v32) == .refused)
        // Who asks for 3.0 is told of nothing.
        #expect(try outcome([messages], to: .v30) == .violation)
        #expect(try outcome([Self.end.bytes], from: .v32) == .agreed(.v32))
        #expect(try outcome([Self.end.bytes], to: .v30) == .agreed(.v30))
    }

    @Test(arguments: [(ProtocolVersion.v30, [0, 3, 0, 0]), (.v32, [0, 3, 0, 2])] as [(ProtocolVersion, [UInt8])])
    func whatIsAskedFor(_ version: ProtocolVersion, _ bytes: [UInt8]) throws {
        var driver = try Self.driver(from: .v30, to: version)
        let output = driver.takeOutput()
        #expect(output[4..<8].elementsEqual(bytes))
    }

    /// With an eager start it may come too.
    @Test func beforeALoginThatWasBegunEarly() throws {
        var login = Self.login(from: .v30, to: .v32)
        login.security = .verifiedTLS
        login.endPointHash = [1, 2, 3]
        var driver = try SessionDriver(login, parameters: [("user", "u")], beginsEarly: true) { _ in
            SCRAMKeys(saltedPassword: [1])
        }
        let offer = WireMessage.authenticationSASL(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])
        try driver.receive([Self.negotiate(Self.older), offer].bytes)
        var isRefused = false
        do { try driver.receive(Self.negotiate(Self.older).bytes) } catch { isRefused = true }
        #expect(isRefused)
    }

    private static func login(from oldest: ProtocolVersion, to newest: ProtocolVersion) -> Startup.Login {
        var login = Startup.Login(
            user: "u", password: Secret("pencil"), policy: AuthenticationPolicy(), security: .loopback,
            endPointHash: nil, maximumIterations: 100_000, nonce: "nonce")
        login.versions = oldest...newest
        return login
    }

    private static func driver(from oldest: ProtocolVersion, to newest: ProtocolVersion) throws -> SessionDriver {
        try SessionDriver(login(from: oldest, to: newest), parameters: [("user", "u")]) { _ in
            SCRAMKeys(saltedPassword: [1])
        }
    }

    private func outcome(
        _ pieces: [[UInt8]], from oldest: ProtocolVersion = .v30, to newest: ProtocolVersion = .v32
    ) throws -> Outcome {
        var driver = try Self.driver(from: oldest, to: newest)
        do {
            for piece in pieces { try driver.receive(piece) }
            let (isIdle, version) = (driver.isIdle, driver.session.protocolVersion)
            #expect(isIdle)
            return .agreed(version)
        } catch SessionDriver.Failure.violation {
            return .violation
        } catch SessionDriver.Failure.startup(.violation) {
            return .violation
        } catch SessionDriver.Failure.startup(.refused) {
            return .refused
        }
    }
}
