import PGWireTesting

/// Changes what a server says, message by message, so that most of what results is still nearly right: noise would be
/// refused at its first byte and reach nothing.
struct SessionMutation {
    /// Messages of all sessions, to splice in.
    let donors: [[WireMessage]]
    var generator: FuzzGenerator

    /// Lengths and counts at which code is wont to be wrong.
    private static let lengths: [Int32] = [
        .min, -1, 0, 1, 3, 4, 5, 7, 8, 255, 2000, 2001, 30_000, 30_001, 65_535, 65_536, 1 << 24, 1 << 30, (1 << 30) + 1,
        .max - 1, .max,
    ]

    /// Changes a session in one to six places.
    mutating func mutate(_ flights: inout [[WireMessage]]) {
        for _ in 0...generator.below(6) {
            // Most of a login is guarded by signatures, behind which a mutated one does not get: the rest is worth more.
            let first = flights.count > 3 && !generator.oneIn(6) ? 2 : 0
            change(&flights[first + generator.below(flights.count - first)])
        }
        // Two flights change places, as a confused pooler might have it.
        if generator.oneIn(40), flights.count > 1 {
            flights.swapAt(generator.below(flights.count), generator.below(flights.count))
        }
    }

    private mutating func change(_ messages: inout [WireMessage]) {
        let index = generator.below(messages.count)
        switch generator.below(12) {
        case 0 where !messages.isEmpty: messages.remove(at: index)
        case 1 where !messages.isEmpty:
            let count = generator.oneIn(20) ? 1 + generator.below(200) : 1
            messages.insert(contentsOf: repeatElement(messages[index], count: count), at: index)
        case 2 where messages.count > 1: messages.swapAt(index, generator.below(messages.count))
        case 3 where !messages.isEmpty:
            messages[index].body.removeLast(generator.below(messages[index].body.count + 1))
            // With the old length the next messages count as part of this one.
            if generator.oneIn(2) { messages[index].claimedLength = Int32(messages[index].body.count + 4) }
        case 4 where !messages.isEmpty: messages[index].claimedLength = length(messages[index])
        case 5, 6: flipBits(&messages, index)
        case 7: spliceIn(&messages, index)
        case 8:
            messages.removeLast(messages.count - index)
            spliceIn(&messages, index)
        case 9, 10: overwriteField(&messages, index)
        default: growBody(&messages, index)
        }
    }

    private mutating func length(_ message: WireMessage) -> Int32 {
        let near = Int32(message.body.count + 4 + generator.below(9) - 4)
        return generator.oneIn(2) ? near : generator.element(of: Self.lengths) ?? near
    }

    private mutating func flipBits(_ messages: inout [WireMessage], _ index: Int) {
        guard !messages.isEmpty else { return }
        for _ in 0...generator.below(4) {
            let place = generator.below(messages[index].body.count + 1)
            let bit = UInt8(1) << UInt8(generator.below(8))
            if place == 0 {
                messages[index].type = (messages[index].type ?? 0) ^ bit
            } else {
                messages[index].body[place - 1] ^= bit
            }
        }
    }

    private mutating func spliceIn(_ messages: inout [WireMessage], _ index: Int) {
        guard let donor = generator.element(of: donors), !donor.isEmpty else { return }
        let start = generator.below(donor.count)
        let end = min(donor.count, start + 1 + generator.below(5))
        messages.insert(contentsOf: donor[start..<end], at: min(index, messages.count))
    }

    /// Puts a dangerous number where a count or a length may be.
    private mutating func overwriteField(_ messages: inout [WireMessage], _ index: Int) {
        guard !messages.isEmpty, messages[index].body.count >= 2 else { return }
        let value = generator.element(of: Self.lengths) ?? 0
        let width = messages[index].body.count >= 4 && generator.oneIn(2) ? 4 : 2
        let start = generator.below(messages[index].body.count - width + 1)
        for offset in 0..<width {
            let shift = UInt32(8 * (width - 1 - offset))
            messages[index].body[start + offset] = UInt8(truncatingIfNeeded: UInt32(bitPattern: value) >> shift)
        }
    }

    private mutating func growBody(_ messages: inout [WireMessage], _ index: Int) {
        guard !messages.isEmpty else { return }
        let count = generator.oneIn(50) ? 70_000 : 1 + generator.below(40)
        let byte = UInt8(truncatingIfNeeded: generator.next())
        let start = generator.below(messages[index].body.count + 1)
        messages[index].body.insert(contentsOf: repeatElement(byte, count: count), at: start)
    }
}
