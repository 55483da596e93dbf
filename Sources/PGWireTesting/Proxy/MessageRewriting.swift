/// Rewrites the bytes of one connection through a ``FaultyProxy``.
package protocol StreamRewriting {
    /// The bytes to forward in place of `bytes`, which may also be held back for later.
    mutating func rewrite(_ bytes: [UInt8]) -> [UInt8]
    /// The bytes held back, at the end of the stream.
    mutating func rest() -> [UInt8]
}

/// Rewrites a server's messages one by one through a ``FaultyProxy``, as a malicious server would send them.
package struct MessageRewriting: StreamRewriting {
    private let change: (WireMessage) -> [WireMessage]
    private var received: [UInt8] = []

    /// - Parameter change: returns the messages to forward in place of one.
    package init(_ change: @escaping (WireMessage) -> [WireMessage]) { self.change = change }

    package mutating func rewrite(_ bytes: [UInt8]) -> [UInt8] {
        received += bytes
        var output: [UInt8] = []
        var start = 0
        while let message = WireMessage(in: received[start...]) {
            start += message.body.count + 5
            output += change(message).bytes
        }
        received.removeFirst(start)
        return output
    }

    package mutating func rest() -> [UInt8] {
        defer { received = [] }
        return received
    }
}

extension WireMessage {
    /// The message at the beginning of `bytes`; nil when it is incomplete.
    init?(in bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 5 else { return nil }
        let start = bytes.startIndex
        let length = bytes[start + 1..<start + 5].reduce(0) { $0 << 8 | Int($1) }
        guard length >= 4, bytes.count > length else { return nil }
        self.init(type: bytes[start], body: Array(bytes[start + 5..<start + 1 + length]))
    }
}
