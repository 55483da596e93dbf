/// Mutates the answers of a real server on one connection through a ``FaultyProxy``.
///
/// The stream is split where the server waits for the client, not where the network splits it, so that the same seed
/// mutates the same messages as long as the server answers the same.
package struct AnswerMutation: StreamRewriting {
    private var mutation: SessionMutation
    /// The number of flights to forward unchanged before the next mutation.
    private var pass: Int
    private var received: [UInt8] = []
    private var flight: [WireMessage] = []
    private var flightSize = 0
    private let note: @Sendable ([WireMessage]) -> Void

    /// Longer flights, such as large results, are mutated and forwarded in parts.
    private static let longestFlight = 256 * 1024

    /// - Parameters:
    ///   - donors: messages to splice in.
    ///   - isActive: false forwards everything unchanged.
    ///   - note: is called with each flight as the server sent it.
    package init(
        donors: [[WireMessage]], seed: UInt64, isActive: Bool = true,
        note: @escaping @Sendable ([WireMessage]) -> Void = { _ in }
    ) {
        self.note = note
        mutation = SessionMutation(donors: donors, generator: FuzzGenerator(seed: seed))
        pass = .max
        if isActive { pass = distance() }
    }

    package mutating func rewrite(_ bytes: [UInt8]) -> [UInt8] {
        received += bytes
        var output: [UInt8] = []
        var start = 0
        while let message = WireMessage(in: received[start...]) {
            start += message.body.count + 5
            flight.append(message)
            flightSize += message.body.count + 5
            if Self.isWaiting(after: message) || flightSize > Self.longestFlight { output += send() }
        }
        received.removeFirst(start)
        return output
    }

    package mutating func rest() -> [UInt8] {
        let messages = send()
        defer { received = [] }
        return messages + received
    }

    private mutating func send() -> [UInt8] {
        var messages = flight
        (flight, flightSize) = ([], 0)
        note(messages)
        pass -= 1
        guard pass < 0, !messages.isEmpty else { return messages.bytes }
        for _ in 0...mutation.generator.below(4) { mutation.change(&messages) }
        pass = distance()
        return messages.bytes
    }

    /// Sessions have a few flights or some hundred: mutating always early would never reach the later ones.
    private mutating func distance() -> Int {
        mutation.generator.below(mutation.generator.element(of: [3, 12, 50, 200]) ?? 1)
    }

    /// Whether the server waits for the client after this message.
    static func isWaiting(after message: WireMessage) -> Bool {
        switch message.type {
        case UInt8(ascii: "Z"), UInt8(ascii: "G"), UInt8(ascii: "W"): true
        case UInt8(ascii: "R"): !message.body.starts(with: [0, 0, 0, 0]) && !message.body.starts(with: [0, 0, 0, 12])
        default: false
        }
    }
}
