import PGWire

/// One message on the wire: its type, its body, and its length field.
///
/// The messages of a server have functions with their names (manual: "Message Formats"):
///
/// ```swift
/// let answer: [WireMessage] = [.parseComplete, .bindComplete, .noData, .commandComplete("SET"), .readyForQuery()]
/// ```
///
/// Nothing is checked, so that tests can also send invalid messages.
public struct WireMessage: Sendable, Hashable {
    /// The type; nil for StartupMessage, SSLRequest, GSSENCRequest and CancelRequest, which have none.
    public var type: UInt8?
    /// The bytes after the length.
    public var body: [UInt8]
    /// The value of the length field, when it is to be wrong. The length includes itself.
    public var claimedLength: Int32?

    /// A message with this type, or without a type.
    public init(type: UInt8?, body: [UInt8] = [], claimedLength: Int32? = nil) {
        self.type = type
        self.body = body
        self.claimedLength = claimedLength
    }

    /// A message with this type and a body that `write` writes.
    init(_ type: Unicode.Scalar, _ write: (inout ByteWriter) -> Void = { _ in }) {
        var writer = ByteWriter()
        write(&writer)
        self.init(type: UInt8(ascii: type), body: writer.bytes)
    }

    /// The value of the length field.
    public var length: Int32 { claimedLength ?? Int32(truncatingIfNeeded: body.count + 4) }

    /// The encoded message.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        if let type { writer.write(type) }
        writer.write(length)
        writer.write(body)
        return writer.bytes
    }
}

extension [WireMessage] {
    /// The encoded messages, concatenated.
    public var bytes: [UInt8] { flatMap(\.bytes) }
}
