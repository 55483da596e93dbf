/// The steps of SCRAM in the login (manual: "SCRAM-SHA-256 Authentication").
extension Startup {
    /// Chooses a mechanism and writes SCRAM's first message.
    @discardableResult
    mutating func startSCRAM(_ mechanisms: [String], _ output: inout ByteWriter) throws(Failure) -> SCRAMMechanism {
        let choice = try choose(among: mechanisms)
        if !login.hasKeys { _ = try password() }
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

    borrowing func choose(among mechanisms: [String]) throws(Failure) -> SCRAMMechanism.Choice {
        do {
            return try login.policy.chooseMechanism(
                offered: mechanisms, over: login.security, endpointHash: login.endPointHash)
        } catch {
            throw .refused(error.description)
        }
    }

    mutating func receiveServerFirst(_ bytes: [UInt8]) throws(Failure) -> SCRAMChallenge {
        guard var client = scram.take() else { throw .violation(ProtocolViolation("SCRAM was not begun")) }
        do {
            let challenge = try client.receiveServerFirst(bytes, maximumIterations: login.maximumIterations)
            scram = consume client
            return challenge
        } catch {
            throw .refused(error.description)
        }
    }

    /// Continues SCRAM after ``Step/deriveKeys(_:)``.
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

    mutating func receiveServerFinal(_ bytes: [UInt8]) throws(Failure) {
        guard var client = scram.take() else { throw .violation(ProtocolViolation("SCRAM was not begun")) }
        do {
            try client.receiveServerFinal(bytes)
        } catch {
            throw .refused(error.description)
        }
    }
}
