/// From the startup message to the first ReadyForQuery (manual: "Start-up", "SASL Authentication").
///
/// PBKDF2 takes long, so it is left to the caller, who has a clock: ``Step/deriveKeys(_:)`` asks for the keys and
/// ``provide(_:to:)`` goes on with them.
package struct Startup: ~Copyable {
    /// The credentials of the client, and the policy.
    package struct Login: Sendable {
        package var user: String
        package var password: Secret?
        /// Whether there is a password to ask for where ``password`` is nil, see ``Startup/Step/askForPassword``.
        package var asksForPassword = false
        /// Whether ``Startup/Step/deriveKeys(_:)`` is answered by keys that were made before, without a password.
        package var hasKeys = false
        /// The oldest version of the protocol that will do, and the one that the startup message asks for.
        package var versions = ProtocolVersion.v30...ProtocolVersion.v30
        /// The token for OAUTHBEARER.
        package var token = Token.none
        package var policy: AuthenticationPolicy
        package var security: ConnectionSecurity
        /// The hash of the server's certificate, for channel binding (`tls-server-end-point`).
        package var endPointHash: [UInt8]?
        package var maximumIterations: Int
        /// Fresh for each connection.
        package var nonce: String

        package init(
            user: String, password: Secret?, policy: AuthenticationPolicy, security: ConnectionSecurity,
            endPointHash: [UInt8]?, maximumIterations: Int, nonce: String
        ) {
            self.user = user
            self.password = password
            self.policy = policy
            self.security = security
            self.endPointHash = endPointHash
            self.maximumIterations = maximumIterations
            self.nonce = nonce
        }
    }

    /// What the caller does next.
    package enum Step: Sendable, Hashable {
        /// Send the output, then receive.
        case proceed
        /// Find the password, and call ``Startup/provide(password:to:)``.
        case askForPassword
        /// Find a token, and call ``Startup/provide(token:to:)``.
        case askForToken
        /// Derive the keys from the password, and call ``Startup/provide(_:to:)``.
        case deriveKeys(SCRAMChallenge)
        /// Authenticated: larger messages may follow.
        case authenticated
        /// Ready for queries.
        case ready
    }

    /// Why a login failed.
    package enum Failure: Error, Sendable {
        /// The server refused it.
        indirect case server(ServerError)
        /// The client refused it; the sentence says why.
        case refused(String)
        /// The server demands a password, and there is none.
        case passwordMissing
        /// The server demands an OAuth token, and there is none.
        case tokenMissing
        /// The server was asked where tokens come from, and says it: log in again with one.
        case tokenWanted(OAuthRefusal)
        /// The server refused the token.
        indirect case tokenRefused(OAuthRefusal, ServerError)
        case violation(ProtocolViolation)
        /// The password cannot be sent.
        case unusable(PostgresError)
    }

    enum State {
        case request
        /// The server's request is answered when the password is there.
        case passwordWanted(BackendMessage.Authentication)
        /// SCRAM was begun with this mechanism before the server asked for authentication.
        case begunEarly(SCRAMMechanism)
        case tokenWanted
        /// A question is a message without a token.
        case tokenSent(isQuestion: Bool)
        /// The server has said why; the error that ends the login is expected.
        case tokenRefused(OAuthRefusal, isQuestion: Bool)
        case scramFirst
        case scramKeys
        case scramFinal
        /// The server's answer to a password or to SCRAM's last message is expected.
        case verdict(AuthenticationMethod)
        case authenticated
        case ready
    }

    var login: Login
    var state = State.request
    var scram: SCRAMClient?
    /// The version of the protocol, as far as is known.
    package internal(set) var version: ProtocolVersion
    /// Whether the server has asked for another version.
    var isNegotiated = false

    package init(_ login: Login) {
        self.login = login
        version = login.versions.upperBound
    }

    /// Whether the connection can be used.
    package var isReady: Bool {
        if case .ready = state { true } else { false }
    }

    /// The password by which SCRAM's keys are derived.
    package var scramPassword: String { login.password?.value ?? "" }

    /// Receives the next message; appends the answer to `output`.
    package mutating func receive(
        _ message: BackendMessage, output: inout ByteWriter
    ) throws(Failure) -> Step {
        switch (state, message) {
        case (.tokenRefused(let refusal, let isQuestion), .errorResponse(let error)):
            throw isQuestion ? .tokenWanted(refusal) : .tokenRefused(refusal, error)
        case (_, .errorResponse(let error)):
            throw .server(error)
        case (.request, .authentication(let request)):
            return try answer(request, &output)
        case (.begunEarly(let mechanism), .authentication(let request)):
            return try confirm(mechanism, request)
        case (.scramFirst, .authentication(.saslContinue(let bytes))):
            state = .scramKeys
            return .deriveKeys(try receiveServerFirst(bytes))
        case (.scramFinal, .authentication(.saslFinal(let bytes))):
            try receiveServerFinal(bytes)
            state = .verdict(.scramSHA256)
            return .proceed
        case (.tokenSent(let isQuestion), .authentication(.saslContinue(let bytes))):
            return try receiveRefusal(bytes, isQuestion: isQuestion, &output)
        case (.verdict, .authentication(.ok)), (.tokenSent(isQuestion: false), .authentication(.ok)):
            state = .authenticated
            return .authenticated
        case (.tokenSent(isQuestion: true), .authentication(.ok)):
            throw .refused(
                "the server took a question for a token, so it checks none; it may be an impostor")
        case (.scramFirst, .authentication(.ok)), (.scramFinal, .authentication(.ok)):
            throw .refused(
                "the server skipped the last step of SCRAM, by which it would prove that it knows the password; it may be "
                    + "an impostor")
        case (.authenticated, .readyForQuery):
            state = .ready
            return .ready
        case (_, .negotiateProtocolVersion(let code, let unknownOptions)):
            return try negotiate(code, unknownOptions)
        default:
            throw .violation(
                ProtocolViolation("\(message.name) came in the middle of logging in, where it does not belong"))
        }
    }

    private mutating func answer(
        _ request: BackendMessage.Authentication, _ output: inout ByteWriter
    ) throws(Failure) -> Step {
        switch request {
        case .ok:
            try check(.none)
            state = .authenticated
            return .authenticated
        case .cleartextPassword:
            try check(.password)
            if asks(toAnswer: request) { return .askForPassword }
            try send(try password(), &output)
            state = .verdict(.password)
            return .proceed
        case .md5Password(let salt):
            try check(.md5)
            if asks(toAnswer: request) { return .askForPassword }
            let response = MD5.postgresResponse(
                user: Array(login.user.utf8), password: Array(try password().utf8), salt: salt)
            try send(String(decoding: response, as: UTF8.self), &output)
            state = .verdict(.md5)
            return .proceed
        case .sasl(let mechanisms) where wantsToken(mechanisms): return try startOAuth(&output)
        case .sasl(let mechanisms):
            // What the policy forbids is refused before anybody is asked.
            _ = try choose(among: mechanisms)
            if !login.hasKeys, asks(toAnswer: request) { return .askForPassword }
            try startSCRAM(mechanisms, &output)
            state = .scramFirst
            return .proceed
        case .saslContinue, .saslFinal:
            throw .violation(ProtocolViolation("\(request.name) came before SASL was begun"))
        case .unsupported(let code):
            let name = [2: "Kerberos V5", 7: "GSSAPI", 9: "SSPI"][code] ?? "method \(code)"
            throw .refused(
                "the server asks for authentication by \(name), which this driver does not have: let pg_hba.conf ask for "
                    + "scram-sha-256 for this user")
        }
    }

    /// Whether the password must be asked for first.
    private mutating func asks(toAnswer request: BackendMessage.Authentication) -> Bool {
        guard login.password == nil, login.asksForPassword else { return false }
        state = .passwordWanted(request)
        return true
    }

    /// Continues after ``Step/askForPassword``; nil when there is none after all.
    package mutating func provide(password: Secret?, to output: inout ByteWriter) throws(Failure) -> Step {
        guard case .passwordWanted(let request) = state else {
            throw .violation(ProtocolViolation("no password was asked for"))
        }
        set(password: password)
        state = .request
        return try answer(request, &output)
    }

    borrowing func check(_ method: AuthenticationMethod) throws(Failure) {
        if let refusal = login.policy.refusal(
            of: method, over: login.security,
            hasPassword: login.password != nil || login.asksForPassword || login.hasKeys)
        {
            throw .refused(refusal.description)
        }
    }

    borrowing func password() throws(Failure) -> String {
        guard let password = login.password else { throw .passwordMissing }
        return password.value
    }

    private borrowing func send(_ password: String, _ output: inout ByteWriter) throws(Failure) {
        do {
            try FrontendMessage.password(password, to: &output)
        } catch {
            throw .unusable(error)
        }
    }
}
