import PGWire

/// Reads what a client sends, as a server does: first messages without a type, then, once a StartupMessage has come,
/// messages with one.
///
/// ```swift
/// var decoder = FrontendDecoder()
/// decoder.append(bytes)
/// while let request = try decoder.next() { … }
/// ```
public struct FrontendDecoder: Sendable {
    /// What the client sent breaks the protocol.
    public struct ParsingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong with it.
        public var description: String
    }

    /// Whether the StartupMessage has come.
    public private(set) var isStarted: Bool
    /// What was received and not yet read.
    public private(set) var pending: [UInt8] = []

    /// Reads from the beginning of a connection, or after its StartupMessage.
    public init(isStarted: Bool = false) { self.isStarted = isStarted }

    /// Adds what was received.
    public mutating func append(_ bytes: [UInt8]) { pending += bytes }

    /// The next request; nil when more bytes are needed.
    public mutating func next() throws -> FrontendRequest? {
        try nextMessage().map { try FrontendRequest($0) }
    }

    /// The next message as it came; nil when more bytes are needed.
    public mutating func nextMessage() throws(ParsingError) -> WireMessage? {
        let header = isStarted ? 5 : 4
        guard pending.count >= header else { return nil }
        let length = pending[(header - 4)..<header].reduce(0) { $0 << 8 | Int($1) }
        // The server's limits: PG_MAX_AUTH_TOKEN_LENGTH is smaller still, MaxAllocSize the greatest.
        guard (4..<(isStarted ? 1 << 30 : 10_000)).contains(length) else {
            throw ParsingError(description: "a message of the client claims a length of \(length)")
        }
        let size = length + header - 4
        guard pending.count >= size else { return nil }
        let message = WireMessage(type: isStarted ? pending[0] : nil, body: Array(pending[header..<size]))
        pending.removeFirst(size)
        if !isStarted, message.body.starts(with: [0, 3]) { isStarted = true }
        return message
    }
}
