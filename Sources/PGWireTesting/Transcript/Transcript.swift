/// The messages between a client and a server, recorded or written for a test.
///
/// Its text form is for people; see ``text``.
public struct Transcript: Sendable, Hashable {
    /// The sender of a message.
    public enum Sender: String, Sendable, CaseIterable {
        /// The client.
        case client = "C>"
        /// The server.
        case server = "S<"
        /// The client, on the second connection that carries a CancelRequest.
        case canceller = "X>"
    }

    /// One message.
    public struct Entry: Sendable, Hashable {
        /// The sender.
        public var sender: Sender
        /// The name in the manual, for readers only.
        public var name: String
        /// The whole message, including type and length.
        public var bytes: [UInt8]

        /// A message of this sender.
        public init(_ sender: Sender, _ name: String, _ bytes: [UInt8]) {
            self.sender = sender
            self.name = name
            self.bytes = bytes
        }
    }

    /// Comment lines.
    public var comment: [String] = []
    /// The server, such as `PostgreSQL 17.10`.
    public var server = ""
    /// The TLS version of the connection; nil for none. The messages are recorded unencrypted, without SSLRequest and
    /// its answer.
    public var tls: String?
    /// The user that logs in.
    public var user = ""
    /// The user's password, which must not be used elsewhere.
    public var password: String?
    /// The client's part of the SCRAM nonce, which a replay must use again.
    public var nonce = ""
    /// The hash of the server's certificate, for channel binding.
    public var endpointHash: [UInt8]?
    /// The messages, in the order of the client.
    public var entries: [Entry] = []

    /// An empty transcript.
    public init() {}

    /// All bytes that the server sent.
    public var serverBytes: [UInt8] { entries.filter { $0.sender == .server }.flatMap(\.bytes) }
}
