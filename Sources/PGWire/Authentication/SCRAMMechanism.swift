/// The SASL mechanisms that this driver supports (RFC 7677).
package enum SCRAMMechanism: String, Sendable {
    case plain = "SCRAM-SHA-256"
    case plus = "SCRAM-SHA-256-PLUS"

    package struct Choice: Sendable, Equatable {
        package let mechanism: SCRAMMechanism
        package let channelBinding: SCRAMChannelBinding

        package init(mechanism: SCRAMMechanism, channelBinding: SCRAMChannelBinding) {
            self.mechanism = mechanism
            self.channelBinding = channelBinding
        }
    }
}

extension AuthenticationPolicy {
    /// Chooses among the mechanisms of AuthenticationSASL (RFC 5802, section 6; PostgreSQL manual, "SASL
    /// Authentication").
    ///
    /// The endpoint hash is that of the server's certificate; nil without TLS, or where RFC 5929 defines none. Then
    /// the flag is `n`, as `y` would claim support.
    ///
    /// - Throws: ``AuthenticationRefusal``.
    package func chooseMechanism(
        offered: [String], over connection: ConnectionSecurity, endpointHash: [UInt8]?
    ) throws(AuthenticationRefusal) -> SCRAMMechanism.Choice {
        let known = Set(offered.compactMap(SCRAMMechanism.init(rawValue:)))
        if known.isEmpty { throw .noKnownMechanism(offered: offered) }
        if let refusal = refusal(of: .scramSHA256, over: connection) { throw refusal }
        if known.contains(.plus), !connection.isTLS { throw .channelBindingOfferedWithoutTLS }

        let canBind = connection.isTLS && channelBinding != .disable
        if canBind, known.contains(.plus), let endpointHash {
            return SCRAMMechanism.Choice(mechanism: .plus, channelBinding: .tlsServerEndPoint(endpointHash))
        }
        if channelBinding == .require {
            throw known.contains(.plus) ? .certificateCannotBeBound : .channelBindingNotOffered
        }
        guard known.contains(.plain) else {
            throw channelBinding == .disable ? .onlyChannelBindingOffered : .certificateCannotBeBound
        }
        let binding: SCRAMChannelBinding = canBind && endpointHash != nil ? .notOffered : .unsupported
        return SCRAMMechanism.Choice(mechanism: .plain, channelBinding: binding)
    }
}
