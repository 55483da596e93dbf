import ScribeApp
import Synchronization
import Testing

/// When memory is given back.
@Suite struct MemoryAfterBurstTests {
    @Test func onceForEachQuarterThatIsLeft() {
        let times = Mutex(0)
        let burst = Burst { times.withLock { $0 += 1 } }
        func expect(_ count: Int, after requests: Int) {
            for _ in 0..<requests { burst.end() }
            #expect(times.withLock { $0 } == count)
        }
        for _ in 0..<200 { burst.begin() }
        expect(0, after: 149)
        expect(1, after: 1)
        expect(1, after: 37)
        expect(2, after: 1)
        // What is left is no burst, and neither are a few at once.
        expect(2, after: 12)
        for _ in 0..<31 { burst.begin() }
        expect(2, after: 31)
        for _ in 0..<32 { burst.begin() }
        expect(3, after: 32)
    }
}
