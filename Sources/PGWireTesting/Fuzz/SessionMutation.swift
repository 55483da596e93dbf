/// Mutates a server's messages so that most remain nearly valid: random bytes would be rejected at once and reach no
/// code.
package struct SessionMutation {
    /// Messages of all sessions, to splice in.
    package let donors: [[WireMessage]]
    package var generator: FuzzGenerator

    package init(donors: [[WireMessage]], generator: FuzzGenerator) {
        (self.donors, self.generator) = (donors, generator)
    }

    /// Lengths and counts that code often handles wrongly.
    private static let lengths: [Int32] = [
        .min, -1, 0, 1, 3, 4, 5, 7, 8, 255, 2000, 2001, 30_000, 30_001, 65_535, 65_536, 1 << 24, 1 << 30, (1 << 30) + 1,
        .max - 1, .max,
    ]

    /// Mutates a session in one to six places.
    package mutating func mutate(_ flights: inout [[WireMessage]]) {
        for _ in 0...generator.below(6) {
            // A mutated login usually fails, as it is protected by signatures, so mostly the rest is mutated.
            let first = flights.count > 3 && !generator.oneIn(6) ? 2 : 0
            change(&flights[first + generator.below(flights.count - first)])
        }
        // Swaps two flights, as a faulty pooler might.
        if generator.oneIn(40), flights.count > 1 {
            flights.swapAt(generator.below(flights.count), generator.below(flights.count))
        }
    }

    /// Mutates one place of a flight.
    package mutating func change(_ messages: inout [WireMessage]) {
        let index = generator.below(messages.count)
        switch generator.below(15) {
        case 0 where !messages.isEmpty: messages.remove(at: index)
        case 1 where !messages.isEmpty:
            let count = generator.oneIn(20) ? 1 + generator.below(200) : 1
            messages.insert(contentsOf: repeatElement(messages[index], count: count), at: index)
        case 2 where messages.count > 1: messages.swapAt(index, generator.below(messages.count))
        case 3 where !messages.isEmpty:
            messages[index].body.removeLast(generator.below(messages[index].body.count + 1))
            // With the old length the next messages are read as part of this one.
            if generator.oneIn(2) { messages[index].claimedLength = Int32(messages[index].body.count + 4) }
        case 4 where !messages.isEmpty: messages[index].claimedLength = length(messages[index])
        case 5, 6: flipBits(&messages, index)
        case 7: spliceIn(&messages, index)
        case 8:
            messages.removeLast(messages.count - index)
            spliceIn(&messages, index)
        case 9, 10: overwriteField(&messages, index)
        case 11: overwriteDigits(&messages, index)
        case 12: overwriteInteger(&messages, index)
        case 13: overwriteByAnother(&messages, index)
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

    /// Puts an extreme number where a count or a length may be.
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

    /// Replaces a number in digits (a row count, a position, a setting) by an extreme one.
    private mutating func overwriteDigits(_ messages: inout [WireMessage], _ index: Int) {
        let holders = messages.indices.filter { messages[$0].body.contains(where: Self.isDigit) }
        guard let holder = generator.element(of: holders) else { return }
        let body = messages[holder].body
        let places = body.indices.filter { Self.isDigit(body[$0]) && ($0 == 0 || !Self.isDigit(body[$0 - 1])) }
        guard let start = generator.element(of: places), let number = generator.element(of: Self.numbers) else {
            return
        }
        let end = body[start...].firstIndex { !Self.isDigit($0) } ?? body.endIndex
        messages[holder].body.replaceSubrange(start..<end, with: number.utf8)
        guard messages[holder].type == UInt8(ascii: "D") else { return }
        // The length precedes the value: with the old one the whole row would be rejected.
        let growth = number.utf8.count - (end - start)
        for place in stride(from: start - 4, through: max(start - 40, 2), by: -1) where place + 4 <= start {
            let length = body[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard place + 4 + length >= end, length < 100, length > 0 else { continue }
            messages[holder].body[place + 3] = UInt8(truncatingIfNeeded: length + growth)
            return
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static let numbers = [
        "9223372036854775807", "-9223372036854775808", "18446744073709551616", "4294967296", "-1", "0", "65536",
        "1e308", "NaN", "Infinity", "-Infinity", "",
    ]

    /// Puts an extreme value where a row may have an integer or floating-point number of eight bytes.
    private mutating func overwriteInteger(_ messages: inout [WireMessage], _ index: Int) {
        let values: [UInt64] = [
            0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, 0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0000,
            0x7FEF_FFFF_FFFF_FFFF, 0x1_0000_0000, 0,
        ]
        let holders = messages.indices.filter { messages[$0].body.count >= 12 }
        guard let holder = generator.element(of: holders), let value = generator.element(of: values) else {
            return
        }
        let body = messages[holder].body
        let eights = (0..<body.count - 11).filter { body[$0..<$0 + 4].elementsEqual([0, 0, 0, 8]) }
        guard let place = generator.element(of: eights) else { return }
        for offset in 0..<8 {
            messages[holder].body[place + 4 + offset] = UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * offset))
        }
    }

    /// Puts what stands in another message of the flight where it stands there: a row of another table, or of another width.
    private mutating func overwriteByAnother(_ messages: inout [WireMessage], _ index: Int) {
        guard messages.indices.contains(index), let other = generator.element(of: messages) else { return }
        let common = min(messages[index].body.count, other.body.count)
        guard common > 0 else { return }
        let start = generator.below(common)
        let range = start..<min(start + 1 + generator.below(4), common)
        messages[index].body.replaceSubrange(range, with: other.body[range])
    }

    private mutating func growBody(_ messages: inout [WireMessage], _ index: Int) {
        guard !messages.isEmpty else { return }
        let count = generator.oneIn(50) ? 70_000 : 1 + generator.below(40)
        let byte = UInt8(truncatingIfNeeded: generator.next())
        let start = generator.below(messages[index].body.count + 1)
        messages[index].body.insert(contentsOf: repeatElement(byte, count: count), at: start)
    }
}
