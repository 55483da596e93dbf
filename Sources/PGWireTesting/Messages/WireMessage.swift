import PGWire

/// One message as it travels: its type, its body, and the length that it claims to have.
///
/// Messages of a server are made by the functions named after them in the manual's "Message Formats":
///
/// ```swift
/// let answer: [WireMessage] = [.parseComplete, .bindComplete, .noData, .commandComplete("SET"), .readyForQuery()]
/// ```
///
/// Nothing is checked, so that a test can also say what no server says.
public struct WireMessage: Sendable, Hashable {
    /// The type; nil for StartupMessage and the requests that may come in its place, which have none.
    public var type: UInt8?
    /// What follows the length.
    public var body: [UInt8]
    /// The length that the message claims, where that is not the true one. The length counts itself.
    public var claimedLength: Int32?

    /// A message of this type, or of none.
    public init(type: UInt8?, body: [UInt8] = [], claimedLength: Int32? = nil) {
        self.type = type
        self.body = body
        self.claimedLength = claimedLength
    }

    /// A message of the type that this character stands for, with a body that `write` writes.
    init(_ type: Unicode.Scalar, _ write: (inout ByteWriter) -> Void = { _ in }) {
        var writer = ByteWriter()
        write(&writer)
        self.init(type: UInt8(ascii: type), body: writer.bytes)
    }

    /// The length as it is written.
    public var length: Int32 { claimedLength ?? Int32(truncatingIfNeeded: body.count + 4) }

    /// The message as it is sent.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        if let type { writer.write(type) }
        writer.write(length)
        writer.write(body)
        return writer.bytes
    }
}

extension [WireMessage] {
    /// The messages as they are sent, one after the other.
    public var bytes: [UInt8] { flatMap(\.bytes) }
}
