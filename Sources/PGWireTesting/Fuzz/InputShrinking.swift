/// Makes an input smaller as long as it still fails: fewer messages, shorter ones, fewer steps, fewer bytes, and zeros.
package struct InputShrinking {
    /// The smallest input so far.
    package private(set) var input: [UInt8]
    /// Says which of some inputs is the first that fails; nil when none does.
    private let firstFailing: ([[UInt8]]) throws -> Int?

    package init(_ input: [UInt8], firstFailing: @escaping ([[UInt8]]) throws -> Int?) {
        self.input = input
        self.firstFailing = firstFailing
    }

    /// Shrinks until nothing helps, at most `rounds` times.
    package mutating func run(rounds: Int = 400) throws {
        var rounds = rounds
        for candidates in [
            Self.withoutMessages, Self.withShorterBodies, Self.withSimplerPlan, Self.withoutBytes, Self.withZeros,
        ] {
            while rounds > 0 {
                rounds -= 1
                let all = candidates(input).filter { $0 != input }
                guard let index = try firstFailing(all) else { break }
                input = all[index]
            }
        }
    }

    /// The server's messages, as far as the bytes are some; the last part may be none.
    private static func split(_ input: [UInt8]) -> (plan: FuzzPlan, messages: [[UInt8]]) {
        let plan = FuzzPlan(input)
        var rest = input[plan.size...]
        var messages: [[UInt8]] = []
        while rest.count >= 5 {
            let header = rest.prefix(5).dropFirst()
            let length = header.reduce(0) { $0 << 8 | Int($1) }
            guard length >= 4, length < rest.count else { break }
            messages.append(Array(rest.prefix(length + 1)))
            rest = rest.dropFirst(length + 1)
        }
        return (plan, rest.isEmpty ? messages : messages + [Array(rest)])
    }

    /// Everything but some neighbours: first large parts, then single ones.
    private static func removals<E>(_ elements: [E]) -> [[E]] {
        var results: [[E]] = []
        var size = elements.count / 2
        while size > 0, results.count < 400 {
            for start in stride(from: 0, to: elements.count, by: size) {
                var rest = elements
                rest.removeSubrange(start..<min(start + size, elements.count))
                results.append(rest)
            }
            size /= 2
        }
        return results
    }

    private static func withoutMessages(_ input: [UInt8]) -> [[UInt8]] {
        let (plan, messages) = split(input)
        return removals(messages).map { plan.bytes + $0.joined() }
    }

    private static func withShorterBodies(_ input: [UInt8]) -> [[UInt8]] {
        let (plan, messages) = split(input)
        return messages.indices.flatMap { index -> [[UInt8]] in
            let message = messages[index]
            guard message.count > 6 else { return [] }
            return removals(Array(message.dropFirst(5))).prefix(100).map { body in
                var all = messages
                all[index] = WireMessage(type: message[0], body: body).bytes
                return plan.bytes + all.joined()
            }
        }
    }

    private static func withSimplerPlan(_ input: [UInt8]) -> [[UInt8]] {
        let plan = FuzzPlan(input)
        let rest = input[plan.size...]
        let others =
            [FuzzPlan(login: .established, steps: plan.steps), FuzzPlan(login: plan.login, steps: plan.steps)]
            + removals(plan.steps).map { FuzzPlan(login: plan.login, steps: $0) }
        return others.map { $0.bytes + rest }.filter { $0.count < input.count || $0.lexicographicallyPrecedes(input) }
    }

    private static func withoutBytes(_ input: [UInt8]) -> [[UInt8]] { removals(input) }

    private static func withZeros(_ input: [UInt8]) -> [[UInt8]] {
        input.indices.prefix(500).filter { input[$0] != 0 }.map { index in
            var zeroed = input
            zeroed[index] = 0
            return zeroed
        }
    }
}
