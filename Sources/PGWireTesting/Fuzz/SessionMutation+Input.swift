/// Inputs for ``FuzzedSession``, message by message.
extension SessionMutation {
    /// Mutations with the messages of all built-in sessions to splice in.
    package init(seed: UInt64) {
        self.init(donors: Self.writtenFlights, generator: FuzzGenerator(seed: seed))
    }

    private static let writtenFlights = FuzzSeed.written.flatMap(\.flights)

    /// The input with one place of the server's messages changed; a fuzzer that knows nothing of messages seldom keeps one whole.
    package mutating func changed(_ input: [UInt8]) -> [UInt8] {
        let plan = FuzzPlan(input)
        var messages: [WireMessage] = []
        var rest = input[plan.size...]
        while let message = WireMessage(in: rest) {
            messages.append(message)
            rest = rest.dropFirst(message.body.count + 5)
        }
        change(&messages)
        return input[..<plan.size] + messages.bytes + rest
    }
}
