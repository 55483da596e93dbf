/// What a client and a server said to each other, message by message, as recorded or as a test wants it.
///
/// As text it is read and reviewed by people; see ``text``.
public struct Transcript: Sendable, Hashable {
    /// Who sent a message.
    public enum Sender: String, Sendable, CaseIterable {
        /// The client.
        case client = "C>"
        /// The server.
        case server = "S<"
        /// The client, by the second connection that carries a request to cancel.
        case canceller = "X>"
    }

    /// One message.
    public struct Entry: Sendable, Hashable {
        /// Who sent it.
        public var sender: Sender
        /// Its name in the manual, for readers only.
        public var name: String
        /// All of it, type and length included.
        public var bytes: [UInt8]

        /// A message of this sender.
        public init(_ sender: Sender, _ name: String, _ bytes: [UInt8]) {
            self.sender = sender
            self.name = name
            self.bytes = bytes
        }
    }

    /// What there is to say about it, line by line.
    public var comment: [String] = []
    /// The server, such as `PostgreSQL 17.10`.
    public var server = ""
    /// The version of TLS through which the messages went; nil for none. They are recorded on its clear side, and
    /// SSLRequest and its answer are not in the transcript.
    public var tls: String?
    /// The user that logs in.
    public var user = ""
    /// The user's password, which is of no other use.
    public var password: String?
    /// The client's part of SCRAM's nonce, which must be the same for a replay to say the same.
    public var nonce = ""
    /// The hash of the server's certificate, to which SCRAM was bound.
    public var endpointHash: [UInt8]?
    /// The messages, in the order in which the client sent and received them.
    public var entries: [Entry] = []

    /// An empty transcript.
    public init() {}

    /// All that the server sent.
    public var serverBytes: [UInt8] { entries.filter { $0.sender == .server }.flatMap(\.bytes) }
}
