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

    /// Every method, and the password in clear only where nobody else can listen.
    public init(
        allowed: Set<AuthenticationMethod> = Set(AuthenticationMethod.allCases),
        channelBinding: ChannelBinding = .prefer, keepsCleartextPrivate: Bool = true
    ) {
        self.allowed = allowed
        self.channelBinding = channelBinding
        self.keepsCleartextPrivate = keepsCleartextPrivate
    }

    public func allows(_ method: AuthenticationMethod, over connection: ConnectionSecurity) -> Bool {
        refusal(of: method, over: connection) == nil
    }

    /// Why a method that the server asks for is not used, or nil if it is.
    package func refusal(
        of method: AuthenticationMethod, over connection: ConnectionSecurity
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
        return nil
    }
}
