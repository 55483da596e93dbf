import PGWire

/// The login.
extension FuzzedSession {
    /// Begins the connection, or where the login is said to be over the first step.
    mutating func begin() throws(FuzzProblem) {
        guard plan.login.credentials != .established else {
            session.framer.phase = .established
            exchange = .idle
            return try beginNext()
        }
        var startup = Startup(plan.login.login)
        do {
            try FrontendMessage.startup(
                version: startup.version, parameters: [("user", FuzzLogin.user)], to: &session.output)
            if plan.login.credentials == .eager { try startup.beginEarly(to: &session.output) }
        } catch let failure as Startup.Failure {
            return try end(failure)
        } catch {
            throw FuzzProblem("the startup message cannot be written: \(error)")
        }
        exchange = .startup(startup)
    }

    /// Receives a message of the login.
    mutating func receive(_ message: BackendMessage, _ startup: inout Startup) throws(FuzzProblem) {
        do throws(Startup.Failure) {
            var next = try startup.receive(message, output: &session.output)
            // What is asked of the caller is answered at once.
            for _ in 0..<4 {
                switch next {
                case .proceed: return
                case .askForPassword:
                    next = try startup.provide(password: Secret(FuzzLogin.password), to: &session.output)
                case .askForToken: next = try startup.provide(token: nil, to: &session.output)
                case .deriveKeys(let challenge):
                    return try startup.provide(FuzzLogin.keys(for: challenge), to: &session.output)
                case .authenticated:
                    session.framer.phase = .established
                    session.protocolVersion = startup.version
                    return note(1)
                case .ready: return note(2)
                }
            }
        } catch {
            try end(error)
        }
    }

    private mutating func end(_ failure: Startup.Failure) throws(FuzzProblem) {
        switch failure {
        case .violation(let violation): return try fail(violation)
        case .server(let error): try Self.check(error)
        case .tokenRefused(_, let error): try Self.check(error)
        case .refused(let reason): try Self.check(text: reason)
        case .unusable(let error): throw FuzzProblem("an answer of the login cannot be written: \(error)")
        case .passwordMissing, .tokenMissing, .tokenWanted: break
        }
        outcome = .refused
        exchange = .broken
    }
}

/// What errors say.
extension FuzzedSession {
    /// A server's error or notice is shown without what would steer a terminal.
    static func check(_ error: ServerError) throws(FuzzProblem) {
        var error = error
        error.sql = "SELECT 1"
        try check(text: error.description)
    }

    package static func check(text: String) throws(FuzzProblem) {
        for byte in text.utf8 where byte < 0x20 && byte != 0x0A && byte != 0x09 || byte == 0x7F {
            throw FuzzProblem("the control character \(byte) is in what would be shown: \(text.debugDescription)")
        }
    }
}
