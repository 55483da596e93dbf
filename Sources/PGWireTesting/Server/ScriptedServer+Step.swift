extension ScriptedServer {
    /// One step of a script.
    public struct Step: Sendable {
        let name: String
        let run: @Sendable (ServerConnection) throws -> Void

        /// A step that is code; `name` is for failures.
        public init(_ name: String, _ run: @escaping @Sendable (ServerConnection) throws -> Void) {
            self.name = name
            self.run = run
        }

        /// A step that is code.
        public static func run(_ body: @escaping @Sendable (ServerConnection) throws -> Void) -> Step {
            Step("run", body)
        }
    }
}

extension ScriptedServer.Step {
    /// Receives one message, which must be of this kind.
    public static func expect(_ kind: FrontendRequest.Kind) -> Self {
        Self("expect \(kind.rawValue)") { try $0.expect(kind) }
    }

    /// Receives some bytes, whatever they are, such as a ClientHello.
    public static let receiveSome = Self("receive some bytes") { _ = try $0.receiveBytes() }

    /// Receives messages up to a Query or a Sync.
    public static let receiveBatch = Self("receive a batch") { connection in
        while true {
            switch try connection.receive().kind {
            case .query, .sync: return
            case .terminate: throw ScriptFailure("Query or Sync was expected, but Terminate came")
            default: continue
            }
        }
    }

    /// Sends messages, together.
    public static func send(_ messages: WireMessage...) -> Self { send(messages) }

    /// Sends messages, together.
    public static func send(_ messages: [WireMessage]) -> Self {
        Self("send \(messages.count) messages") { try $0.send(messages) }
    }

    /// Sends arbitrary bytes.
    public static func sendBytes(_ bytes: [UInt8]) -> Self {
        Self("send \(bytes.count) bytes") { try $0.send(bytes) }
    }

    /// Sends messages in pieces of this many bytes, each a segment of its own.
    public static func send(_ messages: [WireMessage], piece: Int) -> Self {
        Self("send \(messages.count) messages by \(piece) bytes") { try $0.send(messages.bytes, piece: piece) }
    }

    /// Receives a Query or a batch up to Sync, and sends these messages.
    public static func answer(_ messages: WireMessage...) -> Self { answer(messages) }

    /// Receives a Query or a batch up to Sync, and sends these messages.
    public static func answer(_ messages: [WireMessage]) -> Self {
        Self("answer with \(messages.count) messages") { connection in
            try receiveBatch.run(connection)
            try connection.send(messages)
        }
    }

    /// Sends nothing until the client closes the connection.
    public static let staySilent = Self("stay silent") { try $0.waitForEnd() }

    /// Waits until the client closes the connection, reading what it sends.
    public static let waitForEnd = Self("wait for the end") { try $0.waitForEnd() }

    /// Closes the connection in an orderly way, as the end of every script does.
    public static let close = Self("close") { $0.close() }

    /// Resets the connection; the client's next call fails.
    public static let reset = Self("reset") { $0.reset() }
}
