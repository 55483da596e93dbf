import PGWire
import Testing

@Suite struct AuthenticationPolicyTests {
    @Test func byDefaultOnlyAnExposedCleartextPasswordIsRefused() {
        let policy = AuthenticationPolicy()
        for connection in ConnectionSecurity.allCases {
            for method in [AuthenticationMethod.none, .md5, .scramSHA256] {
                #expect(policy.allows(method, over: connection))
            }
            let isPrivate = ![.plaintext, .tls].contains(connection)
            #expect(policy.allows(.password, over: connection) == isPrivate, "\(connection)")
        }
    }

    /// Whoever lets us in without asking has proved nothing; where anybody could be at the other end that must be wanted.
    @Test func aServerThatProvesNothingIsRefusedWhereItCouldBeAnother() throws {
        for connection in ConnectionSecurity.allCases {
            let isExposed = [.plaintext, .tls].contains(connection)
            func refusal(_ policy: AuthenticationPolicy, hasPassword: Bool = true) -> AuthenticationRefusal? {
                policy.refusal(of: .none, over: connection, hasPassword: hasPassword)
            }
            let expected: AuthenticationRefusal? = isExposed ? .nothingProven(overTLS: connection.isTLS) : nil
            #expect(refusal(AuthenticationPolicy()) == expected)
            #expect(refusal(AuthenticationPolicy(), hasPassword: false) == nil)
            #expect(try refusal(AuthenticationPolicy(requireAuth: "none")) == nil)
            #expect(try refusal(AuthenticationPolicy(requireAuth: "scram-sha-256,none")) == nil)
            #expect(try refusal(AuthenticationPolicy(requireAuth: "!md5")) == expected)
        }
        let said = AuthenticationRefusal.nothingProven(overTLS: true).description
        #expect(said.contains("sslmode=verify-full") && said.contains("require_auth=none"))
    }

    @Test(
        arguments: [
            ("", ["none", "password", "md5", "scram-sha-256", "oauth"]), ("scram-sha-256", ["scram-sha-256"]),
            ("md5,scram-sha-256", ["md5", "scram-sha-256"]), ("none", ["none"]),
            ("!password", ["none", "md5", "scram-sha-256", "oauth"]),
            ("!none,!md5", ["password", "scram-sha-256", "oauth"]),
            ("scram-sha-256,gss,sspi,oauth", ["scram-sha-256", "oauth"]), ("oauth", ["oauth"]),
            ("!gss,!sspi,!oauth", ["none", "password", "md5", "scram-sha-256"]),
        ])
    func requireAuth(text: String, allowed: [String]) throws {
        let policy = try AuthenticationPolicy(requireAuth: text)
        #expect(policy.allowed.map(\.rawValue).sorted() == allowed.sorted())
    }

    @Test(
        arguments: [
            ("scram", .unknownMethod("scram")), ("SCRAM-SHA-256", .unknownMethod("SCRAM-SHA-256")),
            ("md5,", .unknownMethod("")), (",", .unknownMethod("")), ("md5, none", .unknownMethod(" none")),
            ("!", .unknownMethod("")), ("!!md5", .unknownMethod("!md5")),
            ("md5,md5", .repeatedMethod("md5")), ("!gss,!gss", .repeatedMethod("gss")),
            ("md5,!none", .mixedNegation), ("!md5,none", .mixedNegation),
            ("gss", .nothingSupported("gss")), ("gss,sspi", .nothingSupported("gss,sspi")),
            (
                "!none,!password,!md5,!scram-sha-256,!oauth",
                .nothingSupported("!none,!password,!md5,!scram-sha-256,!oauth")
            ),
        ] as [(String, AuthenticationPolicy.InvalidRequireAuth)])
    func invalidRequireAuth(text: String, failure: AuthenticationPolicy.InvalidRequireAuth) {
        #expect(throws: failure) { try AuthenticationPolicy(requireAuth: text) }
        #expect(failure.description.hasPrefix("require_auth: ") && failure.description.hasSuffix("."))
    }

    @Test func listingPasswordAsksForItEverywhere() throws {
        #expect(try AuthenticationPolicy(requireAuth: "password").allows(.password, over: .plaintext))
        #expect(try !AuthenticationPolicy(requireAuth: "!md5").allows(.password, over: .plaintext))
        // A policy made from a list of exceptions keeps the rule, even if the password is allowed later.
        #expect(try AuthenticationPolicy(requireAuth: "!password").keepsCleartextPrivate)
        #expect(try !AuthenticationPolicy(requireAuth: "").allows(.password, over: .tls))
    }

    /// Whoever sees a token can use it; that a list names the method does not change that.
    @Test func tokensAreKeptPrivate() throws {
        var open = AuthenticationPolicy()
        open.keepsTokensPrivate = false
        for connection in ConnectionSecurity.allCases {
            let isPrivate = ![.plaintext, .tls].contains(connection)
            #expect(AuthenticationPolicy().allows(.oauth, over: connection) == isPrivate)
            #expect(try AuthenticationPolicy(requireAuth: "oauth").allows(.oauth, over: connection) == isPrivate)
            #expect(
                try AuthenticationPolicy(requireAuth: "oauth,password").allows(.oauth, over: connection) == isPrivate)
            #expect(open.allows(.oauth, over: connection))
        }
    }

    @Test func requireAuthForbidsTheRest() throws {
        let policy = try AuthenticationPolicy(requireAuth: "scram-sha-256")
        for connection in ConnectionSecurity.allCases {
            #expect(AuthenticationMethod.allCases.filter { policy.allows($0, over: connection) } == [.scramSHA256])
        }
    }

    @Test func channelBindingRequiredForbidsAllButSCRAMOverTLS() {
        let policy = AuthenticationPolicy(channelBinding: .require)
        for connection in ConnectionSecurity.allCases {
            let allowed = AuthenticationMethod.allCases.filter { policy.allows($0, over: connection) }
            #expect(allowed == (connection.isTLS ? [.scramSHA256] : []), "\(connection)")
        }
    }

    @Test func refusalsSayWhy() {
        let refusals: [AuthenticationRefusal] = [
            .methodNotAllowed(.none, allowed: [.md5]), .methodNotAllowed(.md5, allowed: [.password, .scramSHA256]),
            .cleartextWouldBeExposed(overTLS: true), .cleartextWouldBeExposed(overTLS: false),
            .channelBindingImpossible(.md5, overTLS: true), .channelBindingImpossible(.md5, overTLS: false),
            .tokenWouldBeExposed(overTLS: true), .tokenWouldBeExposed(overTLS: false),
            .channelBindingNotOffered, .certificateCannotBeBound, .onlyChannelBindingOffered,
            .channelBindingOfferedWithoutTLS, .noKnownMechanism(offered: ["GS2-KRB5"]),
        ]
        #expect(Set(refusals.map(\.description)).count == refusals.count)
        // "login to … given up: " stands before it.
        #expect(refusals.allSatisfy { !$0.description.hasSuffix(".") && $0.description.first?.isLowercase == true })
        #expect(refusals[1].description.contains("only password, scram-sha-256"))
    }
}
