/// SCRAM begun before the server has asked for it (``Connection/Configuration/eagerStart``): its first message goes
/// out together with the startup message, and the server finds it when it has sent AuthenticationSASL.
///
/// This reveals nothing: the message contains a nonce and the channel binding, for the strongest mechanism that the
/// policy and the server's certificate allow. The server's answers are checked as usual; its request is compared with
/// the mechanism instead of being answered.
extension Startup {
    /// Sets the password that would be asked for otherwise.
    package mutating func set(password: Secret?) {
        login.password = password
        login.asksForPassword = false
    }

    /// Whether there is something to prove by SCRAM.
    package var canBeginEarly: Bool { login.password != nil || login.hasKeys }

    /// Writes SCRAM's first message. Call it once, right after writing the startup message.
    package mutating func beginEarly(to output: inout ByteWriter) throws(Failure) {
        guard case .request = state else { throw .violation(ProtocolViolation("the login was begun already")) }
        let all: [SCRAMMechanism] = [.plus, .plain]
        state = .begunEarly(try startSCRAM(all.map(\.rawValue), &output))
    }

    /// Compares the server's request with the mechanism that the login was begun with.
    ///
    /// When it asks for anything else the login fails. It is not retried with the other mechanism: the server may have
    /// counted the message as a wrong password, each time, and poolers lock out clients that keep trying.
    mutating func confirm(
        _ mechanism: SCRAMMechanism, _ request: BackendMessage.Authentication
    ) throws(Failure) -> Step {
        guard case .sasl(let offered) = request else {
            throw .refused(
                "the login was begun by SCRAM before the server asked for anything, and it answers by \(request.name): turn "
                    + "eagerStart off for it")
        }
        guard offered.contains(mechanism.rawValue) else {
            throw .refused(
                "the login was begun by \(mechanism.rawValue), which the server does not offer: turn eagerStart off for it"
                    + (mechanism == .plus ? ", or use channel_binding=disable" : ""))
        }
        state = .scramFirst
        return .proceed
    }
}
