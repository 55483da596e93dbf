/// The authentication methods that a client accepts. The server chooses the method, so without a policy an impostor
/// could ask for the cleartext password.
public struct AuthenticationPolicy: Sendable, Equatable {
    /// libpq's `channel_binding`.
    public enum ChannelBinding: String, Sendable, CaseIterable {
        /// Do not use channel binding.
        case disable
        /// Use channel binding when the server offers it.
        case prefer
        /// Require SCRAM-SHA-256-PLUS.
        case require
    }

    /// The methods that the server may ask for.
    public var allowed: Set<AuthenticationMethod>
    /// The use of channel binding.
    public var channelBinding: ChannelBinding
    /// Whether ``AuthenticationMethod/password`` is accepted only on connections that nobody can eavesdrop on:
    /// verified TLS, a Unix socket, or this host. libpq has no such rule.
    public var keepsCleartextPrivate: Bool
    /// Whether ``AuthenticationMethod/oauth`` is accepted only on connections that nobody can eavesdrop on: verified TLS, a
    /// Unix socket, or this host. Whoever sees a token can use it.
    public var keepsTokensPrivate = true
    /// Whether, when a password is configured, a server that does not ask for it (``AuthenticationMethod/none``) is
    /// accepted only on connections that cannot be intercepted: verified TLS, a Unix socket, or this host.
    ///
    /// SCRAM authenticates the server, too. One that skips it may be an impostor, which would receive every statement.
    /// libpq has no such rule.
    public var refusesUnprovenServers: Bool

    /// Allows every method; a cleartext password or a token, or no authentication in spite of a password, only on connections
    /// that cannot be intercepted.
    public init(
        allowed: Set<AuthenticationMethod> = Set(AuthenticationMethod.allCases),
        channelBinding: ChannelBinding = .prefer, keepsCleartextPrivate: Bool = true,
        refusesUnprovenServers: Bool = true
    ) {
        self.allowed = allowed
        self.channelBinding = channelBinding
        self.keepsCleartextPrivate = keepsCleartextPrivate
        self.refusesUnprovenServers = refusesUnprovenServers
    }

    /// Whether the policy allows `method` on such a connection.
    public func allows(_ method: AuthenticationMethod, over connection: ConnectionSecurity) -> Bool {
        refusal(of: method, over: connection) == nil
    }

    /// Why the method that the server asks for is refused; nil when it is accepted.
    ///
    /// - Parameter hasPassword: whether a password is configured, with which SCRAM could authenticate the server.
    package func refusal(
        of method: AuthenticationMethod, over connection: ConnectionSecurity, hasPassword: Bool = false
    ) -> AuthenticationRefusal? {
        if !allowed.contains(method) {
            return .methodNotAllowed(method, allowed: allowed)
        }
        if channelBinding == .require, method != .scramSHA256 || !connection.isTLS {
            return .channelBindingImpossible(method, overTLS: connection.isTLS)
        }
        if method == .password, keepsCleartextPrivate, !connection.keepsCleartextPrivate {
            return .cleartextWouldBeExposed(overTLS: connection.isTLS)
        }
        if method == .oauth, keepsTokensPrivate, !connection.keepsCleartextPrivate {
            return .tokenWouldBeExposed(overTLS: connection.isTLS)
        }
        // The same connections as for a cleartext password: they cannot be intercepted.
        if method == .none, hasPassword, refusesUnprovenServers, !connection.keepsCleartextPrivate {
            return .nothingProven(overTLS: connection.isTLS)
        }
        return nil
    }
}

/// An authentication method; the raw value is its name in libpq's `require_auth`.
public enum AuthenticationMethod: String, Sendable, CaseIterable {
    /// No authentication request (`trust`, `peer`, a client certificate).
    case none
    /// A cleartext password.
    case password
    /// A salted MD5 digest of the password. Deprecated by PostgreSQL.
    case md5
    /// SCRAM-SHA-256, with or without channel binding.
    case scramSHA256 = "scram-sha-256"
    /// An OAuth 2.0 bearer token (PostgreSQL 18).
    case oauth
}
