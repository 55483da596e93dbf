import PGWire
import Testing

/// The clock that deadlines are measured by.
@Suite struct MonotonicInstantTests {
    @Test func itGoesAsContinuousClockDoes() async throws {
        let (start, reference) = (MonotonicInstant.now, ContinuousClock.now)
        try await Task.sleep(for: .milliseconds(20))
        let passed = MonotonicInstant.now - start
        let atMost = ContinuousClock.now - reference
        #expect(passed >= .milliseconds(20) && passed <= atMost + .milliseconds(1))
        #expect(start < MonotonicInstant.now && start.duration(to: .now) > .zero)
    }

    @Test func arithmetic() {
        let now = MonotonicInstant.now
        #expect((now + .seconds(5)) - now == .seconds(5))
        #expect(now - (now + .nanoseconds(7)) == .nanoseconds(-7))
        #expect(now + .milliseconds(-3) < now && now + .zero == now)
        // Less than it knows of.
        #expect(now + Duration(secondsComponent: 0, attosecondsComponent: 999_999_999) == now)
    }

    /// A deadline so far away is none; it must not come at once, nor trap.
    @Test func theEndOfTime() {
        let now = MonotonicInstant.now
        for far in [Duration.seconds(Int64.max), .seconds(300 * 365 * 86_400), .milliseconds(Int64.max)] {
            let end = now + far
            #expect(end > now + .seconds(200 * 365 * 86_400))
            #expect(end + far == end && end - now > .seconds(200 * 365 * 86_400))
            let begin = now + (.zero - far)
            #expect(begin < now && begin + (.zero - far) <= begin)
            #expect(begin - end < .zero && end - begin > .zero)
        }
    }
}
