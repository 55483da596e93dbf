/// Agreeing on the version of the protocol (manual: "Start-up"; libpq's `pqGetNegotiateProtocolVersion3`).
extension Startup {
    /// Takes the server's word that it speaks an older version than it was asked for. It may say so once, and first of all.
    mutating func negotiate(_ code: Int32, _ unknownOptions: [String]) throws(Failure) -> Step {
        switch state {
        case .request where !isNegotiated, .begunEarly where !isNegotiated: isNegotiated = true
        default: throw .violation(ProtocolViolation("NegotiateProtocolVersion came where it does not belong"))
        }
        if let option = unknownOptions.first {
            throw .violation(
                ProtocolViolation(
                    "the server does not know the protocol option \"\(option)\", which it was not asked for"))
        }
        let text = "\(code >> 16).\(code & 0xFFFF)"
        guard code < version.code, let older = ProtocolVersion(code: code) else {
            throw .violation(
                ProtocolViolation(
                    "the server answered protocol \(version.rawValue) with an offer to speak \(text), which is no older version"
                ))
        }
        guard older >= login.versions.lowerBound else {
            throw .refused(
                "the server speaks protocol \(text), and at least \(login.versions.lowerBound.rawValue) is demanded: lower "
                    + "min_protocol_version")
        }
        version = older
        return .proceed
    }
}
