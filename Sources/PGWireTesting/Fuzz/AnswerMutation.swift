/// Changes what a real server says on one connection, on its way through a ``FaultyProxy``.
///
/// The stream is cut where the server waits for the client, whatever the network does, so that the same seed changes the
/// same messages again as long as the server says the same.
package struct AnswerMutation: StreamRewriting {
    private var mutation: SessionMutation
    /// How many flights go through before the next one that is changed.
    private var pass: Int
    private var received: [UInt8] = []
    private var flight: [WireMessage] = []
    private var flightSize = 0
    private let note: @Sendable ([WireMessage]) -> Void

    /// Longer flights, such as rows without end, are changed and sent on in parts.
    private static let longestFlight = 256 * 1024

    /// - Parameters:
    ///   - donors: messages to splice in.
    ///   - isActive: false lets all go through as it is.
    ///   - note: is told each flight as the server sent it.
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

    /// Commands have a few flights or some hundred: a change soon would keep all that comes later from ever being met.
    private mutating func distance() -> Int {
        mutation.generator.below(mutation.generator.element(of: [3, 12, 50, 200]) ?? 1)
    }

    /// Whether the server says nothing more after it until the client does.
    private static func isWaiting(after message: WireMessage) -> Bool {
        switch message.type {
        case UInt8(ascii: "Z"), UInt8(ascii: "G"), UInt8(ascii: "W"): true
        case UInt8(ascii: "R"): !message.body.starts(with: [0, 0, 0, 0]) && !message.body.starts(with: [0, 0, 0, 12])
        default: false
        }
    }
}
