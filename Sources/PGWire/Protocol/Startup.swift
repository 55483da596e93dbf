/// From the startup message to the first ReadyForQuery (manual: "Start-up", "SASL Authentication").
///
/// PBKDF2 takes its time, so it is left to the caller, who has a clock: ``Step/deriveKeys(_:)`` asks for the keys and
/// ``provide(_:to:)`` goes on with them.
package struct Startup: ~Copyable {
    /// What the client logs in with, and what it agrees to.
    package struct Login: Sendable {
        package var user: String
        package var password: Secret?
        package var policy: AuthenticationPolicy
        package var security: ConnectionSecurity
        /// The hash of the server's certificate, for channel binding.
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
        /// Send what is to be sent, and receive.
        case proceed
        /// Derive the keys from the password, and call ``Startup/provide(_:to:)``.
        case deriveKeys(SCRAMChallenge)
        /// Logged in: larger messages may follow.
        case authenticated
        /// Ready for queries.
        case ready
    }

    /// Why the login does not come about.
    package enum Failure: Error, Sendable {
        /// The server refuses.
        indirect case server(ServerError)
        /// The client refuses; the sentence says why.
        case refused(String)
        /// The server demands a password, and there is none.
        case passwordMissing
        case violation(ProtocolViolation)
        /// The password cannot be sent.
        case unusable(PostgresError)
    }

    enum State {
        case request
        /// SCRAM was begun by this mechanism before the server has asked for anything.
        case begunEarly(SCRAMMechanism)
        case scramFirst
        case scramKeys
        case scramFinal
        /// The answer to a password, or to SCRAM's last message, is due.
        case verdict(AuthenticationMethod)
        case authenticated
        case ready
    }

    private let login: Login
    var state = State.request
    private var scram: SCRAMClient?

    package init(_ login: Login) { self.login = login }

    /// Whether the connection can be used.
    package var isReady: Bool {
        if case .ready = state { true } else { false }
    }

    /// Takes the next message; what is to be sent is added to `output`.
    package mutating func receive(
        _ message: BackendMessage, output: inout ByteWriter
    ) throws(Failure) -> Step {
        switch (state, message) {
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
        case (.verdict, .authentication(.ok)):
            state = .authenticated
            return .authenticated
        case (.scramFirst, .authentication(.ok)), (.scramFinal, .authentication(.ok)):
            throw .refused(
                "the server skipped the last step of SCRAM, by which it would prove that it knows the password; it may be "
                    + "an impostor")
        case (.authenticated, .readyForQuery):
            state = .ready
            return .ready
        case (_, .negotiateProtocolVersion):
            throw .violation(ProtocolViolation("the server answered protocol 3.0 with an offer to speak another"))
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
            try send(try password(), &output)
            state = .verdict(.password)
            return .proceed
        case .md5Password(let salt):
            try check(.md5)
            let response = MD5.postgresResponse(
                user: Array(login.user.utf8), password: Array(try password().utf8), salt: salt)
            try send(String(decoding: response, as: UTF8.self), &output)
            state = .verdict(.md5)
            return .proceed
        case .sasl(let mechanisms):
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

    /// Chooses among the mechanisms, and writes SCRAM's first message.
    @discardableResult
    mutating func startSCRAM(_ mechanisms: [String], _ output: inout ByteWriter) throws(Failure) -> SCRAMMechanism {
        let choice = try choose(among: mechanisms)
        _ = try password()
        var client = SCRAMClient(nonce: login.nonce, channelBinding: choice.channelBinding)
        do {
            try FrontendMessage.saslInitialResponse(
                mechanism: choice.mechanism.rawValue, response: client.clientFirst(), to: &output)
        } catch {
            throw .unusable(error)
        }
        scram = consume client
        return choice.mechanism
    }

    private borrowing func choose(among mechanisms: [String]) throws(Failure) -> SCRAMMechanism.Choice {
        do {
            return try login.policy.chooseMechanism(
                offered: mechanisms, over: login.security, endpointHash: login.endPointHash)
        } catch {
            throw .refused(error.description)
        }
    }

    private mutating func receiveServerFirst(_ bytes: [UInt8]) throws(Failure) -> SCRAMChallenge {
        guard var client = scram.take() else { throw .violation(ProtocolViolation("SCRAM was not begun")) }
        do {
            let challenge = try client.receiveServerFirst(bytes, maximumIterations: login.maximumIterations)
            scram = consume client
            return challenge
        } catch {
            throw .refused(error.description)
        }
    }

    /// Goes on with SCRAM after ``Step/deriveKeys(_:)``.
    package mutating func provide(_ keys: SCRAMKeys, to output: inout ByteWriter) throws(Failure) {
        guard case .scramKeys = state, var client = scram.take() else {
            throw .violation(ProtocolViolation("SCRAM keys were not asked for"))
        }
        let response: [UInt8]
        do {
            response = try client.clientFinal(keys: keys)
        } catch {
            throw .refused(error.description)
        }
        do {
            try FrontendMessage.saslResponse(response, to: &output)
        } catch {
            throw .unusable(error)
        }
        scram = consume client
        state = .scramFinal
    }

    private mutating func receiveServerFinal(_ bytes: [UInt8]) throws(Failure) {
        guard var client = scram.take() else { throw .violation(ProtocolViolation("SCRAM was not begun")) }
        do {
            try client.receiveServerFinal(bytes)
        } catch {
            throw .refused(error.description)
        }
    }

    private borrowing func check(_ method: AuthenticationMethod) throws(Failure) {
        if let refusal = login.policy.refusal(
            of: method, over: login.security, hasPassword: login.password != nil)
        {
            throw .refused(refusal.description)
        }
    }

    private borrowing func password() throws(Failure) -> String {
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
