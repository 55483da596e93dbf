import PGWire

/// The server's side of SCRAM-SHA-256(-PLUS), for a scripted server. It refuses what PostgreSQL refuses (RFC 5802;
/// `scram_exchange` in src/backend/libpq/auth-scram.c).
public struct SCRAMServer: Sendable {
    /// The server's answer to a message of the client.
    public enum Reply: Sendable, Equatable {
        /// The next message of the exchange.
        case message([UInt8])
        /// An `e=` message: the exchange is over.
        case refused([UInt8])

        /// The bytes of the message.
        public var bytes: [UInt8] {
            switch self {
            case .message(let bytes), .refused(let bytes): bytes
            }
        }
    }

    private let keys: SCRAMKeys
    private let serverFirstTail: [UInt8]
    private let nonce: [UInt8]
    private let endpointHash: [UInt8]?
    private var gs2Header: [UInt8] = []
    private var clientFirstBare: [UInt8] = []
    private var serverFirst: [UInt8] = []
    private var fullNonce: [UInt8] = []

    /// A server that knows the password. `nonce` is appended to the client's. With a certificate's hash it offers
    /// SCRAM-SHA-256-PLUS.
    public init(password: [UInt8], salt: [UInt8], iterations: Int, nonce: String, endpointHash: [UInt8]? = nil) {
        let salted = PBKDF2(password: SASLprep.passwordBytes(password), salt: salt, iterations: iterations)
        keys = SCRAMKeys(saltedPassword: salted.result)
        serverFirstTail = Array(",s=".utf8) + Base64.encode(salt) + Array(",i=\(iterations)".utf8)
        self.nonce = Array(nonce.utf8)
        self.endpointHash = endpointHash
    }

    /// What it offers, the strongest first.
    var mechanisms: [String] { (endpointHash == nil ? [] : ["SCRAM-SHA-256-PLUS"]) + ["SCRAM-SHA-256"] }

    /// Answers the client-first-message with the server-first-message.
    public mutating func serverFirst(clientFirst: [UInt8]) -> Reply {
        let parts = clientFirst.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, let bare = SCRAMMessage(parts[2]) else {
            return refuse("invalid-encoding")
        }
        switch (String(decoding: parts[0], as: UTF8.self), endpointHash) {
        case ("n", _), ("y", nil), ("p=tls-server-end-point", .some): break
        case ("y", .some): return refuse("server-does-support-channel-binding")
        case ("p=tls-server-end-point", nil): return refuse("channel-binding-not-supported")
        case (let flag, _) where flag.hasPrefix("p="): return refuse("unsupported-channel-binding-type")
        default: return refuse("invalid-encoding")
        }
        if bare.attributes.first?.name == "m" { return refuse("extensions-not-supported") }
        guard bare.attributes.map(\.name).starts(with: ["n", "r"]), SCRAMMessage.isPrintable(bare.attributes[1].value)
        else { return refuse("invalid-encoding") }
        gs2Header = Array(clientFirst.prefix(clientFirst.count - parts[2].count))
        clientFirstBare = Array(parts[2])
        fullNonce = bare.attributes[1].value + nonce
        serverFirst = Array("r=".utf8) + fullNonce + serverFirstTail
        return .message(serverFirst)
    }

    /// Answers the client-final-message with the server-final-message.
    public mutating func serverFinal(clientFinal: [UInt8]) -> Reply {
        guard !fullNonce.isEmpty, let message = SCRAMMessage(clientFinal), message.attributes.count >= 3,
            let proof = message.attributes.last, proof.name == "p", message.attributes[0].name == "c",
            message.attributes[1].name == "r", let proofBytes = Base64.decode(proof.value)
        else { return refuse("invalid-encoding") }
        let bindingData = gs2Header.first == UInt8(ascii: "p") ? endpointHash ?? [] : []
        guard Base64.decode(message.attributes[0].value) == gs2Header + bindingData else {
            return refuse("channel-bindings-dont-match")
        }
        guard message.attributes[1].value.elementsEqual(fullNonce) else { return refuse("other-error") }
        let withoutProof = clientFinal.dropLast(proof.value.count + ",p=".utf8.count)
        let comma = [UInt8(ascii: ",")]
        let authenticationMessage = clientFirstBare + comma + serverFirst + comma + withoutProof
        guard ConstantTimeComparison.areEqual(proofBytes, keys.clientProof(of: authenticationMessage)) else {
            return refuse("invalid-proof")
        }
        // The exchange is over: a second final message is refused.
        fullNonce = []
        return .message(Array("v=".utf8) + Base64.encode(keys.serverSignature(of: authenticationMessage)))
    }

    private mutating func refuse(_ reason: String) -> Reply {
        fullNonce = []
        return .refused(Array("e=\(reason)".utf8))
    }
}
