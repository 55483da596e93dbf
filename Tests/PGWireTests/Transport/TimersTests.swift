import PGWire
import Testing

/// The poller's timers.
@Suite struct TimersTests {
    /// What is not wanted any more can be taken out at any time, and the rest still comes in order.
    @Test func removal() {
        var timers = Timers<Int>()
        var random = SystemRandomNumberGenerator()
        let start = MonotonicInstant.now
        let values = (0..<500).shuffled(using: &random)
        for value in values { timers.insert(value, at: start + .milliseconds(value)) }
        timers.removeAll { _, value in value % 3 == 0 }
        #expect(timers.count == 333 && timers.first == start + .milliseconds(1))
        for value in 500..<600 { timers.insert(value, at: start + .milliseconds(value)) }
        var taken: [Int] = []
        while let next = timers.popFirst(dueBy: start + .seconds(1)) { taken.append(next.value) }
        #expect(taken == (0..<600).filter { $0 >= 500 || $0 % 3 != 0 })
    }
}
