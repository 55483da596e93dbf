/// Splits received bytes into messages: one byte of type, four bytes of length (which includes itself), the body
/// (manual: "Message Formats").
package struct MessageFramer: Sendable {
    /// The phase of the connection. Before authentication only small messages are accepted: otherwise `HTTP/1.1` of
    /// some other server would be read as the header of a message of a gigabyte.
    package enum Phase: Sendable {
        case startup
        case established
    }

    /// One message: its type and the range of its body.
    package struct Frame: Sendable, Hashable {
        package var type: UInt8
        package var body: Range<Int>
    }

    package enum Outcome: Sendable, Hashable {
        case frame(Frame)
        /// The message is incomplete: at least this many more bytes are needed.
        case needsMore(Int)
    }

    package var phase = Phase.startup
    /// The greatest length of a message, in bytes.
    package var maximumLength: Int

    package init(maximumLength: Int = 1 << 30) {
        self.maximumLength = maximumLength
    }

    /// The message at the beginning of `bytes`, or the number of missing bytes.
    package func next(in bytes: RawSpan) throws(ProtocolViolation) -> Outcome {
        var reader = ByteReader(bytes)
        guard let type = try? reader.read(UInt8.self) else { return .needsMore(5) }
        guard limit(for: type) != nil else {
            throw ProtocolViolation("unknown message type \(Self.show(type))")
        }
        guard let length = try? reader.read(Int32.self) else { return .needsMore(5 - bytes.byteCount) }
        guard length >= 4 else {
            throw ProtocolViolation(
                "message \(Self.show(type)) claims a length of \(length), less than its own 4 bytes")
        }
        let size = Int(length)
        if let limit = limit(for: type), size > limit {
            throw ProtocolViolation(
                "message \(Self.show(type)) claims \(size) bytes; at most \(limit) are accepted here")
        }
        guard bytes.byteCount > size else { return .needsMore(size + 1 - bytes.byteCount) }
        return .frame(Frame(type: type, body: 5..<size + 1))
    }

    /// The greatest length of an error, notice or notification, in bytes; real ones have a few kilobytes.
    private static let maximumReport = 16 << 20

    /// The greatest length of a message of this type in this phase; nil when the type is unknown.
    private func limit(for type: UInt8) -> Int? {
        switch phase {
        case .startup:
            switch type {
            case UInt8(ascii: "R"), UInt8(ascii: "v"): min(2000, maximumLength)
            case UInt8(ascii: "E"), UInt8(ascii: "N"): min(30_000, maximumLength)
            default: nil
            }
        case .established:
            switch type {
            // These carry data, so only the configured maximum limits them.
            case UInt8(ascii: "D"), UInt8(ascii: "T"), UInt8(ascii: "d"), UInt8(ascii: "t"):
                maximumLength
            // Text, whose fields are copied.
            case UInt8(ascii: "E"), UInt8(ascii: "N"), UInt8(ascii: "A"): min(Self.maximumReport, maximumLength)
            case UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "3"), UInt8(ascii: "C"), UInt8(ascii: "G"),
                UInt8(ascii: "H"), UInt8(ascii: "W"), UInt8(ascii: "I"), UInt8(ascii: "K"), UInt8(ascii: "R"),
                UInt8(ascii: "S"), UInt8(ascii: "Z"), UInt8(ascii: "c"), UInt8(ascii: "n"), UInt8(ascii: "s"),
                UInt8(ascii: "v"):
                min(30_000, maximumLength)
            default: nil
            }
        }
    }

    /// The type for messages: `'Z'`, or a number when it is not printable.
    package static func show(_ type: UInt8) -> String {
        (0x21...0x7E).contains(type) ? "'\(Character(Unicode.Scalar(type)))'" : "\(type)"
    }
}
