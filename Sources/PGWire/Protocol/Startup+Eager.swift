/// SCRAM begun before the server has asked for it (``Connection/Configuration/eagerStart``): its first message goes out together with
/// the startup message, and the server finds it when it has sent AuthenticationSASL.
///
/// Nothing is given away by that: the message holds a nonce and how the channel is bound, by the strongest mechanism that
/// the policy and the server's certificate allow. What the server answers is checked as ever; only what it asks for is no
/// longer answered but compared.
extension Startup {
    /// Writes SCRAM's first message; to be called once, right after the startup message was written.
    package mutating func beginEarly(to output: inout ByteWriter) throws(Failure) {
        guard case .request = state else { throw .violation(ProtocolViolation("the login was begun already")) }
        let all: [SCRAMMechanism] = [.plus, .plain]
        state = .begunEarly(try startSCRAM(all.map(\.rawValue), &output))
    }

    /// Compares what the server asks for with the mechanism by which the login was begun.
    ///
    /// When it asks for anything else the login fails. It is not begun again in the other way by itself: the server may
    /// have taken our message for a wrong password, it would do so each time, and poolers lock out who goes on trying.
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
