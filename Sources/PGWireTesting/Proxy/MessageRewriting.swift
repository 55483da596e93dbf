/// Changes a server's messages one by one on their way through a ``FaultyProxy``, as a hostile server would say them.
package struct MessageRewriting: StreamRewriting {
    private let change: (WireMessage) -> [WireMessage]
    private var received: [UInt8] = []

    /// - Parameter change: what goes on in place of a message.
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
    /// The message of a server at the beginning of `bytes`; nil when it is not all there.
    init?(in bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 5 else { return nil }
        let start = bytes.startIndex
        let length = bytes[start + 1..<start + 5].reduce(0) { $0 << 8 | Int($1) }
        guard length >= 4, bytes.count > length else { return nil }
        self.init(type: bytes[start], body: Array(bytes[start + 5..<start + 1 + length]))
    }
}
