import PGWire

/// Decodes a client's messages as a server does: messages without a type until the StartupMessage, then messages with
/// one.
///
/// ```swift
/// var decoder = FrontendDecoder()
/// decoder.append(bytes)
/// while let request = try decoder.next() { … }
/// ```
public struct FrontendDecoder: Sendable {
    /// The client violated the protocol.
    public struct ParsingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong.
        public var description: String
    }

    /// Whether the StartupMessage was decoded.
    public private(set) var isStarted: Bool
    /// The bytes that were received and not yet decoded.
    public private(set) var pending: [UInt8] = []

    /// A decoder for the beginning of a connection, or from after its StartupMessage.
    public init(isStarted: Bool = false) { self.isStarted = isStarted }

    /// Appends received bytes.
    public mutating func append(_ bytes: [UInt8]) { pending += bytes }

    /// The next request; nil when more bytes are needed.
    public mutating func next() throws -> FrontendRequest? {
        try nextMessage().map { try FrontendRequest($0) }
    }

    /// The next message, undecoded; nil when more bytes are needed.
    public mutating func nextMessage() throws(ParsingError) -> WireMessage? {
        let header = isStarted ? 5 : 4
        guard pending.count >= header else { return nil }
        let length = pending[(header - 4)..<header].reduce(0) { $0 << 8 | Int($1) }
        // As the server's limits: MAX_STARTUP_PACKET_LENGTH, and MaxAllocSize.
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
