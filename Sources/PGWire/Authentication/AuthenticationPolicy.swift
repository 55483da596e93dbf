/// Which ways to log in a client agrees to. The server picks the way, so without a policy whoever answers in its place
/// asks for the password in clear, and gets it.
public struct AuthenticationPolicy: Sendable, Equatable {
    /// libpq's `channel_binding`.
    public enum ChannelBinding: String, Sendable, CaseIterable {
        case disable
        /// Bind whenever the server offers it.
        case prefer
        /// Log in by SCRAM-SHA-256-PLUS or not at all.
        case require
    }

    public var allowed: Set<AuthenticationMethod>
    public var channelBinding: ChannelBinding
    /// Whether ``AuthenticationMethod/password`` may be used only where nobody else can listen: verified TLS, a Unix
    /// socket, or this host. libpq has no such rule.
    public var keepsCleartextPrivate: Bool
    /// Whether a server that asks for nothing (``AuthenticationMethod/none``) although a password is configured is taken
    /// for the right one only where nobody else can stand in its place: verified TLS, a Unix socket, or this host.
    ///
    /// By SCRAM a server proves that it knows the password; one that skips it has proved nothing, and every statement would
    /// go to whoever it is. libpq has no such rule.
    public var refusesUnprovenServers: Bool

    /// Every method; the password in clear, or no authentication in spite of a password, only where nobody else can listen
    /// or answer.
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

    public func allows(_ method: AuthenticationMethod, over connection: ConnectionSecurity) -> Bool {
        refusal(of: method, over: connection) == nil
    }

    /// Why a method that the server asks for is not used, or nil if it is.
    ///
    /// - Parameter hasPassword: whether a password is configured, by which the server could prove itself.
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
        // The same connections as for a password in clear: nobody else can be at their other end.
        if method == .none, hasPassword, refusesUnprovenServers, !connection.keepsCleartextPrivate {
            return .nothingProven(overTLS: connection.isTLS)
        }
        return nil
    }
}
