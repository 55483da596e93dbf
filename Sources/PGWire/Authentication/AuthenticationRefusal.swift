/// Why the client refused an authentication method before answering.
package enum AuthenticationRefusal: Error, Equatable, Sendable {
    case methodNotAllowed(AuthenticationMethod, allowed: Set<AuthenticationMethod>)
    case cleartextWouldBeExposed(overTLS: Bool)
    case tokenWouldBeExposed(overTLS: Bool)
    /// No authentication in spite of a password, on a connection that can be intercepted.
    case nothingProven(overTLS: Bool)
    /// `channel_binding=require`, and this method has no channel binding.
    case channelBindingImpossible(AuthenticationMethod, overTLS: Bool)
    case channelBindingNotOffered
    /// The server's certificate has no hash for channel binding (RFC 5929, section 4.1).
    case certificateCannotBeBound
    /// The server offers only SCRAM-SHA-256-PLUS, and `channel_binding=disable`.
    case onlyChannelBindingOffered
    /// SCRAM-SHA-256-PLUS is offered without TLS: a man in the middle removed the TLS, or the server is misconfigured.
    case channelBindingOfferedWithoutTLS
    case noKnownMechanism(offered: [String])
}

extension AuthenticationRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .methodNotAllowed(.none, let allowed):
            "the server accepted the login without authentication, but require_auth allows only \(Self.list(allowed))"
        case .methodNotAllowed(let method, let allowed):
            "the server asks for \(method.rawValue) authentication, but require_auth allows only \(Self.list(allowed))"
        case .cleartextWouldBeExposed(let overTLS):
            "the server asks for a cleartext password, "
                + (overTLS ? "and its certificate was not checked" : "and there is no TLS")
                + ": use sslmode=verify-full, or require_auth=password if it must be so"
        case .tokenWouldBeExposed(let overTLS):
            "the server asks for an OAuth token, "
                + (overTLS ? "and its certificate was not checked" : "and there is no TLS")
                + ": use sslmode=verify-full, as whoever sees the token can log in with it"
        case .nothingProven(let overTLS):
            "the server accepted the login without asking for the password, so it has not proved that it knows it, "
                + (overTLS ? "and its certificate was not checked" : "and there is no TLS")
                + ": it may be an impostor. Use sslmode=verify-full, or require_auth=none if the server is meant to ask for "
                + "nothing"
        case .channelBindingImpossible(_, overTLS: false):
            "channel_binding=require needs TLS, and this connection has none: "
                + "use sslmode=require or stronger"
        case .channelBindingImpossible(let method, overTLS: true):
            "channel_binding=require needs SCRAM authentication, but the server chose \(method.rawValue)"
        case .channelBindingNotOffered:
            "channel_binding=require, but the server does not offer SCRAM-SHA-256-PLUS, as poolers do not: "
                + "use channel_binding=prefer there"
        case .certificateCannotBeBound:
            "the channel cannot be bound, as the server's certificate has no usable hash: "
                + "give it one signed with RSA or ECDSA"
        case .onlyChannelBindingOffered:
            "channel_binding=disable, but the server offers only SCRAM-SHA-256-PLUS"
        case .channelBindingOfferedWithoutTLS:
            "the server offers SCRAM-SHA-256-PLUS on a connection without TLS: a man in the middle may have removed it"
        case .noKnownMechanism(let offered):
            "the server offers no SASL mechanism that this driver knows: \(Self.list(offered))"
        }
    }

    private static func list(_ methods: Set<AuthenticationMethod>) -> String {
        methods.map(\.rawValue).sorted().joined(separator: ", ")
    }

    /// The names come from the peer: one that RFC 4422, section 3.1 does not allow is not shown.
    private static func list(_ mechanisms: [String]) -> String {
        if mechanisms.isEmpty { return "none at all" }
        let names = mechanisms.prefix(8).map { name in
            let isMechanism = (1...20).contains(name.utf8.count) && name.utf8.allSatisfy(isMechanismCharacter)
            return isMechanism ? name : "a malformed name"
        }
        return names.joined(separator: ", ") + (mechanisms.count > 8 ? ", …" : "")
    }

    private static func isMechanismCharacter(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}
