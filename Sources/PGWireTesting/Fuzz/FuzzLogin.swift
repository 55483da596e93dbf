package import PGWire

/// How the client of a ``FuzzedSession`` logs in, in one byte.
///
/// The lowest three bits are the ``Credentials``, the next two the security of the connection, then one for the demand of channel
/// binding; the highest two are the versions of the protocol.
package struct FuzzLogin: Sendable, Hashable {
    package enum Credentials: UInt8, Sendable, CaseIterable {
        /// The login is over.
        case established
        case none, password, keys, token, tokenOnRequest, passwordOnRequest, eager
    }

    package var rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ credentials: Credentials, security: UInt8 = 2, bindsChannel: Bool = false, versions: UInt8 = 0) {
        rawValue = credentials.rawValue | (security & 3) << 3 | (bindsChannel ? 0x20 : 0) | versions << 6
    }

    package static let established = FuzzLogin(.established)

    package var credentials: Credentials { Credentials(rawValue: rawValue & 7) ?? .none }

    package static let user = "fuzz"
    package static let password = "secret"
    /// The client's part of the nonce.
    package static let nonce = "fuzzfuzzfuzzfuzzfuzzfuzz"
    /// The hash of the server's certificate.
    package static let endpointHash = [UInt8](repeating: 0xA5, count: 32)
    package static let challenge = SCRAMChallenge(salt: Array(1...16), iterations: 4096)
    /// The keys for ``challenge``. To derive those of others would take all the time, so they get some that are wrong.
    private static let keys = SCRAMKeys(
        saltedPassword: PBKDF2(
            password: Array(password.utf8), salt: challenge.salt, iterations: challenge.iterations
        ).result)
    private static let otherKeys = SCRAMKeys(saltedPassword: [1, 2, 3])

    static func keys(for other: SCRAMChallenge) -> SCRAMKeys { other == challenge ? keys : otherKeys }

    private var security: ConnectionSecurity {
        let all: [ConnectionSecurity] = [.plaintext, .tls, .loopback, .verifiedTLS]
        return all[Int(rawValue >> 3 & 3)]
    }

    private var versions: ClosedRange<ProtocolVersion> {
        switch rawValue >> 6 {
        case 0: .v30 ... .v30
        case 1: .v32 ... .v32
        default: .v30 ... .v32
        }
    }

    var login: Startup.Login {
        var policy = AuthenticationPolicy()
        if rawValue & 0x20 != 0 { policy.channelBinding = .require }
        let hasPassword = credentials == .password || credentials == .eager
        var login = Startup.Login(
            user: Self.user, password: hasPassword ? Secret(Self.password) : nil, policy: policy, security: security,
            endPointHash: security.isTLS ? Self.endpointHash : nil, maximumIterations: 100_000, nonce: Self.nonce)
        login.versions = versions
        login.hasKeys = credentials == .keys
        login.asksForPassword = credentials == .passwordOnRequest
        switch credentials {
        case .token: login.token = .given(Secret("token"))
        case .tokenOnRequest: login.token = .onRequest
        default: break
        }
        return login
    }
}
