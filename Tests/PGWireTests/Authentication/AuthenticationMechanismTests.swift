import PGWire
import Testing

/// Rows of RFC 5802, section 6: what the server offers, what we can, what we say.
@Suite struct AuthenticationMechanismTests {
    private static let plain = "SCRAM-SHA-256"
    private static let plus = "SCRAM-SHA-256-PLUS"
    private static let hash: [UInt8] = [1, 2, 3]

    struct Row: Sendable {
        var offered: [String]
        var connection = ConnectionSecurity.tls
        var hash: [UInt8]? = AuthenticationMechanismTests.hash
        var policy = AuthenticationPolicy.ChannelBinding.prefer
        var result: Result<SCRAMMechanism.Choice, AuthenticationRefusal>
    }

    private static func chosen(
        _ mechanism: SCRAMMechanism, _ binding: SCRAMChannelBinding
    ) -> Result<SCRAMMechanism.Choice, AuthenticationRefusal> {
        .success(SCRAMMechanism.Choice(mechanism: mechanism, channelBinding: binding))
    }

    static let rows: [Row] = [
        // Offered over TLS, and we can: bound, and in whatever order they come.
        Row(offered: [plus, plain], result: chosen(.plus, .tlsServerEndPoint(hash))),
        Row(offered: [plain, plus], result: chosen(.plus, .tlsServerEndPoint(hash))),
        Row(offered: [plus], result: chosen(.plus, .tlsServerEndPoint(hash))),
        Row(offered: ["OAUTHBEARER", plus], policy: .require, result: chosen(.plus, .tlsServerEndPoint(hash))),
        // Not offered, though we could: `y`, the downgrade alarm.
        Row(offered: [plain], result: chosen(.plain, .notOffered)),
        Row(offered: [plain], connection: .verifiedTLS, result: chosen(.plain, .notOffered)),
        Row(offered: [plain], policy: .require, result: .failure(.channelBindingNotOffered)),
        // We do not want to.
        Row(offered: [plain], policy: .disable, result: chosen(.plain, .unsupported)),
        Row(offered: [plus, plain], policy: .disable, result: chosen(.plain, .unsupported)),
        Row(offered: [plus], policy: .disable, result: .failure(.onlyChannelBindingOffered)),
        // We cannot: a certificate without a hash.
        Row(offered: [plus, plain], hash: nil, result: chosen(.plain, .unsupported)),
        Row(offered: [plain], hash: nil, result: chosen(.plain, .unsupported)),
        Row(offered: [plus], hash: nil, result: .failure(.certificateCannotBeBound)),
        Row(offered: [plus, plain], hash: nil, policy: .require, result: .failure(.certificateCannotBeBound)),
        // No TLS: a stray hash changes nothing.
        Row(offered: [plain], connection: .plaintext, hash: nil, result: chosen(.plain, .unsupported)),
        Row(offered: [plain], connection: .loopback, result: chosen(.plain, .unsupported)),
        Row(offered: [plain], connection: .unixSocket, hash: nil, result: chosen(.plain, .unsupported)),
        Row(offered: [plus, plain], connection: .plaintext, result: .failure(.channelBindingOfferedWithoutTLS)),
        Row(
            offered: [plus, plain], connection: .unixSocket, policy: .disable,
            result: .failure(.channelBindingOfferedWithoutTLS)),
        Row(
            offered: [plain], connection: .plaintext, policy: .require,
            result: .failure(.channelBindingImpossible(.scramSHA256, overTLS: false))),
        // Nothing that we know.
        Row(offered: [], result: .failure(.noKnownMechanism(offered: []))),
        Row(
            offered: ["OAUTHBEARER", "scram-sha-256"],
            result: .failure(.noKnownMechanism(offered: ["OAUTHBEARER", "scram-sha-256"]))),
    ]

    @Test(arguments: rows) func choice(row: Row) {
        let policy = AuthenticationPolicy(channelBinding: row.policy)
        let actual = Result { () throws(AuthenticationRefusal) in
            try policy.chooseMechanism(offered: row.offered, over: row.connection, endpointHash: row.hash)
        }
        #expect(actual == row.result)
    }

    @Test func requireAuthIsAskedFirst() throws {
        let policy = try AuthenticationPolicy(requireAuth: "md5")
        #expect(throws: AuthenticationRefusal.methodNotAllowed(.scramSHA256, allowed: [.md5])) {
            try policy.chooseMechanism(offered: [Self.plain], over: .tls, endpointHash: nil)
        }
    }

    @Test func namesFromTheServerAreNotPrintedBlindly() {
        let refusal = AuthenticationRefusal.noKnownMechanism(
            offered: ["OAUTHBEARER", "\u{1b}[31m", "", String(repeating: "A", count: 21)])
        #expect(
            refusal.description == "the server offers no SASL mechanism that this driver knows: OAUTHBEARER, "
                + "a malformed name, a malformed name, a malformed name")
        let many = AuthenticationRefusal.noKnownMechanism(offered: Array(repeating: "X", count: 1000))
        #expect(many.description.count < 120)
    }
}
