/// The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677; PostgreSQL manual, "SASL
/// Authentication").
///
/// Only ``isVerified`` means that the server knows the password's keys. A server that sends AuthenticationOk before
/// that may be an impostor.
package struct SCRAMClient: ~Copyable {
    private enum State {
        case initial
        case awaitingServerFirst
        case awaitingKeys(serverFirst: [UInt8], nonce: [UInt8])
        case awaitingServerFinal(signature: [UInt8])
        case verified
        case failed
    }

    private let nonce: [UInt8]
    private let channelBinding: SCRAMChannelBinding
    private var state = State.initial

    /// The nonce must be fresh for every exchange, and printable ASCII without a comma: ``randomNonce(using:)``.
    package init(nonce: String, channelBinding: SCRAMChannelBinding) {
        self.nonce = Array(nonce.utf8)
        self.channelBinding = channelBinding
    }

    /// 24 characters of base64 from 18 random bytes, as libpq and the server use.
    package static func randomNonce(using generator: inout some RandomNumberGenerator) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        // Eight bytes at a time, as each call asks the operating system.
        while bytes.count < 18 {
            let random: UInt64 = generator.next()
            for shift: UInt64 in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: random &>> shift))
            }
        }
        bytes.removeLast(bytes.count - 18)
        return String(decoding: Base64.encode(bytes), as: UTF8.self)
    }

    /// Whether the server's signature was verified.
    package var isVerified: Bool {
        if case .verified = state { true } else { false }
    }

    /// The client-first-message. Repeated calls return the same and do not advance the exchange.
    package mutating func clientFirst() -> [UInt8] {
        if case .initial = state { state = .awaitingServerFirst }
        return channelBinding.gs2Header + clientFirstBare
    }

    /// Checks the server-first-message. An iteration count beyond `maximumIterations` is an error.
    ///
    /// - Throws: ``SCRAMFailure``; then the exchange has failed.
    package mutating func receiveServerFirst(
        _ bytes: [UInt8], maximumIterations: Int
    ) throws(SCRAMFailure) -> SCRAMChallenge {
        guard case .awaitingServerFirst = leaveState() else { throw .outOfOrder }
        guard let message = SCRAMMessage(bytes) else { throw .malformedServerFirst }
        if let reason = message.serverError { throw refusal(reason) ?? .malformedServerFirst }
        let attributes = message.attributes
        if attributes.contains(where: { $0.name == "m" }) { throw .mandatoryExtension }
        guard attributes.prefix(3).map(\.name) == ["r", "s", "i"], message.hasOnlyExtensions(after: 3) else {
            throw .malformedServerFirst
        }
        let (nonce, salt, iterations) = (attributes[0].value, attributes[1].value, attributes[2].value)
        guard nonce.count > self.nonce.count, nonce.starts(with: self.nonce), SCRAMMessage.isPrintable(nonce) else {
            throw .nonceMismatch
        }
        guard let salt = Base64.decode(salt), !salt.isEmpty else { throw .invalidSalt }
        let challenge = SCRAMChallenge(salt: salt, iterations: try iterationCount(iterations))
        guard challenge.iterations <= maximumIterations else {
            throw .tooManyIterations(requested: challenge.iterations, maximum: maximumIterations)
        }
        state = .awaitingKeys(serverFirst: bytes, nonce: Array(nonce))
        return challenge
    }

    /// The client-final-message, with the client's proof. The keys are derived from the password and the challenge.
    ///
    /// - Throws: ``SCRAMFailure/outOfOrder``; then the exchange has failed.
    package mutating func clientFinal(keys: SCRAMKeys) throws(SCRAMFailure) -> [UInt8] {
        guard case .awaitingKeys(let serverFirst, let nonce) = leaveState() else { throw .outOfOrder }
        var message = Array("c=".utf8)
        message += Base64.encode(channelBinding.bindingInput)
        message += ",r=".utf8
        message += nonce
        var authenticationMessage = clientFirstBare
        authenticationMessage.reserveCapacity(authenticationMessage.count + serverFirst.count + message.count + 2)
        authenticationMessage.append(UInt8(ascii: ","))
        authenticationMessage += serverFirst
        authenticationMessage.append(UInt8(ascii: ","))
        authenticationMessage += message
        state = .awaitingServerFinal(signature: keys.serverSignature(of: authenticationMessage))
        message += ",p=".utf8
        message += Base64.encode(keys.clientProof(of: authenticationMessage))
        return message
    }

    /// Checks the server-final-message, which contains the server's signature.
    ///
    /// - Throws: ``SCRAMFailure``; then the exchange has failed.
    package mutating func receiveServerFinal(_ bytes: [UInt8]) throws(SCRAMFailure) {
        guard case .awaitingServerFinal(let expected) = leaveState() else { throw .outOfOrder }
        guard let message = SCRAMMessage(bytes) else { throw .malformedServerFinal }
        if let reason = message.serverError { throw refusal(reason) ?? .malformedServerFinal }
        if message.attributes.contains(where: { $0.name == "m" }) { throw .mandatoryExtension }
        guard let verifier = message.attributes.first, verifier.name == "v", message.hasOnlyExtensions(after: 1),
            let signature = Base64.decode(verifier.value), signature.count == SHA256.digestLength
        else { throw .malformedServerFinal }
        guard ConstantTimeComparison.areEqual(signature, expected) else { throw .serverSignatureMismatch }
        state = .verified
    }

    /// The user name is empty: PostgreSQL takes it from the startup message.
    private var clientFirstBare: [UInt8] {
        Array("n=,r=".utf8) + nonce
    }

    /// Takes the state. Unless a new one is set, the exchange has failed; so has it after a call out of order.
    private mutating func leaveState() -> State {
        let left = state
        state = .failed
        return left
    }

    /// Nil if the text is not a reason as RFC 5802 defines it, as it is shown.
    private func refusal(_ reason: ArraySlice<UInt8>) -> SCRAMFailure? {
        guard SCRAMMessage.isPrintable(reason), reason.count <= 100 else { return nil }
        return .refusedByServer(reason: String(decoding: reason, as: UTF8.self))
    }

    /// RFC 5802, section 7: `posit-number`, which does not start with a zero. A number that overflows counts as too
    /// many iterations.
    private func iterationCount(_ digits: ArraySlice<UInt8>) throws(SCRAMFailure) -> Int {
        guard let first = digits.first, first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .invalidIterationCount }
        return Int(String(decoding: digits, as: UTF8.self)) ?? .max
    }
}
