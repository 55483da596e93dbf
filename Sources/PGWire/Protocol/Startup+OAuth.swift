/// Logging in by OAUTHBEARER (RFC 7628; manual: "OAUTHBEARER Authentication").
///
/// A token is as good as a password to whoever has it, and it proves nothing about the server. Without one, the client
/// asks: the server's answer says where tokens come from, and ends this login.
extension Startup {
    /// How the login stands towards OAUTHBEARER.
    package enum Token: Sendable {
        /// There are no tokens.
        case none
        /// There are some to ask for: ``Step/askForToken``.
        case onRequest
        /// This one.
        case given(Secret)
    }

    /// Whether the request is answered by a token. SCRAM is preferred where both are offered, as it authenticates the server
    /// too; no server offers both so far.
    func wantsToken(_ mechanisms: [String]) -> Bool {
        guard mechanisms.contains(OAuthBearer.mechanism) else { return false }
        let offersSCRAM = mechanisms.contains { SCRAMMechanism(rawValue: $0) != nil }
        let hasPassword = login.password != nil || login.asksForPassword || login.hasKeys
        return !(offersSCRAM && hasPassword)
    }

    /// Answers a request for OAUTHBEARER.
    mutating func startOAuth(_ output: inout ByteWriter) throws(Failure) -> Step {
        try check(.oauth)
        switch login.token {
        case .none: throw .tokenMissing
        case .onRequest:
            state = .tokenWanted
            return .askForToken
        case .given(let token): return try send(token: token, &output)
        }
    }

    /// Continues after ``Step/askForToken``; nil to ask the server where tokens come from, which ends the login by
    /// ``Failure/tokenWanted(_:)``.
    package mutating func provide(token: Secret?, to output: inout ByteWriter) throws(Failure) -> Step {
        guard case .tokenWanted = state else { throw .violation(ProtocolViolation("no token was asked for")) }
        return try send(token: token, &output)
    }

    private mutating func send(token: Secret?, _ output: inout ByteWriter) throws(Failure) -> Step {
        guard let response = OAuthBearer.initialResponse(token: token?.value) else {
            throw .refused("the OAuth token has characters that no bearer token has (RFC 6750, section 2.1)")
        }
        do {
            try FrontendMessage.saslInitialResponse(mechanism: OAuthBearer.mechanism, response: response, to: &output)
        } catch {
            throw .unusable(error)
        }
        state = .tokenSent(isQuestion: token == nil)
        return .proceed
    }

    /// Takes the server's error, and lets the server end the exchange.
    mutating func receiveRefusal(
        _ bytes: [UInt8], isQuestion: Bool, _ output: inout ByteWriter
    ) throws(Failure) -> Step {
        guard let refusal = OAuthRefusal(bytes) else {
            throw .refused("the server's error in OAUTHBEARER is not the JSON object that RFC 7628 demands")
        }
        do {
            try FrontendMessage.saslResponse(OAuthBearer.errorAcknowledgement, to: &output)
        } catch {
            throw .unusable(error)
        }
        state = .tokenRefused(refusal, isQuestion: isQuestion)
        return .proceed
    }
}
