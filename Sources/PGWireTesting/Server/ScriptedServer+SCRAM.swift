import PGWire

extension ScriptedServer {
    /// Faults of a server in SCRAM, such as one that does not know the password.
    public enum SCRAMFault: Sendable {
        /// AuthenticationOk right after the client-first-message.
        case okAfterClientFirst
        /// AuthenticationOk without the server-final-message.
        case okWithoutServerFinal
        /// A wrong signature in the server-final-message.
        case wrongSignature
        /// An error in the server-final-message (`e=`).
        case refusal
        /// AuthenticationSASL twice.
        case asksTwice
    }
}

extension ScriptedServer.Step {
    /// Accepts the client by SCRAM-SHA-256 if it knows this password.
    ///
    /// With a fault, the script waits until the client closes the connection.
    public static func scram(
        password: String, salt: [UInt8] = Array("salt of 16 bytes".utf8), iterations: Int = 4096,
        fault: ScriptedServer.SCRAMFault? = nil
    ) -> Self {
        Self("SCRAM") { connection in
            var server = SCRAMServer(
                password: Array(password.utf8), salt: salt, iterations: iterations, nonce: "nonceOfTheServer")
            let clientFirst = try begin(connection)
            if fault == .asksTwice {
                try connection.send(.authenticationSASL())
                return try connection.waitForEnd()
            }
            if fault == .okAfterClientFirst {
                try connection.send(WireMessage.greeting)
                return try connection.waitForEnd()
            }
            try go(server.serverFirst(clientFirst: clientFirst), connection) { .authenticationSASLContinue($0) }
            guard case .password(let clientFinal) = try connection.expect(.password) else { return }
            let final = server.serverFinal(clientFinal: clientFinal)
            switch fault {
            case .okWithoutServerFinal: try connection.send(WireMessage.greeting)
            case .wrongSignature:
                let wrong = Array("v=".utf8) + Base64.encode([UInt8](repeating: 7, count: 32))
                try connection.send([.authenticationSASLFinal(wrong)] + WireMessage.greeting)
            case .refusal: try connection.send(.authenticationSASLFinal(Array("e=invalid-proof".utf8)))
            default:
                try go(final, connection) { .authenticationSASLFinal($0) }
                return try connection.send(WireMessage.greeting)
            }
            try connection.waitForEnd()
        }
    }

    /// Accepts the client by SCRAM as `server` does, of which each connection has a copy: its keys are made once. With the hash of a
    /// certificate the client must bind the channel.
    public static func scram(by server: SCRAMServer) -> Self {
        Self("SCRAM") { connection in
            var server = server
            let clientFirst = try begin(connection, server.mechanisms)
            try go(server.serverFirst(clientFirst: clientFirst), connection) { .authenticationSASLContinue($0) }
            guard case .password(let clientFinal) = try connection.expect(.password) else { return }
            try go(server.serverFinal(clientFinal: clientFinal), connection) { .authenticationSASLFinal($0) }
            try connection.send(WireMessage.greeting)
        }
    }

    /// Asks for SCRAM-SHA-256 with this many iterations, and waits until the client closes the connection.
    public static func scramDemanding(iterations: Int) -> Self {
        Self("SCRAM with \(iterations) iterations") { connection in
            let clientFirst = try begin(connection)
            guard let nonce = SCRAMMessage(clientFirst.dropFirst(3))?.attributes.first(where: { $0.name == "r" })
            else { throw ScriptFailure("the client's first SCRAM message has no nonce") }
            let salt = Base64.encode(Array("salt of 16 bytes".utf8))
            try connection.send(
                .authenticationSASLContinue(
                    Array("r=".utf8) + nonce.value + Array("Server,s=".utf8) + salt + Array(",i=\(iterations)".utf8)))
            try connection.waitForEnd()
        }
    }

    /// Asks for SCRAM, and returns the client-first-message. The client must choose the first mechanism.
    private static func begin(
        _ connection: ServerConnection, _ mechanisms: [String] = ["SCRAM-SHA-256"]
    ) throws -> [UInt8] {
        try startup.run(connection)
        try connection.send(.authenticationSASL(mechanisms))
        guard case .password(let body) = try connection.expect(.password) else { return [] }
        // The mechanism's name, a zero byte, and four bytes of length come first.
        let wanted = mechanisms.first ?? ""
        guard let end = body.firstIndex(of: 0), body[..<end].elementsEqual(wanted.utf8), body.count >= end + 5
        else { throw ScriptFailure("the client chose another mechanism than \(wanted)") }
        return Array(body[(end + 5)...])
    }

    private static func go(
        _ reply: SCRAMServer.Reply, _ connection: ServerConnection, _ message: ([UInt8]) -> WireMessage
    ) throws {
        guard case .message(let bytes) = reply else {
            try connection.send(
                .errorResponse("28P01", "password authentication failed", severity: "FATAL"))
            throw ScriptFailure("SCRAM: \(String(decoding: reply.bytes, as: UTF8.self))")
        }
        try connection.send(message(bytes))
    }
}
