import PGWire
import PGWireTesting
import Testing

/// What becomes of the many who share a few connections.
@Suite struct PoolFairnessTests {
    /// A thousand borrowers on 16 connections, who come back as soon as they have given theirs back, some of them sooner and some
    /// later: each is served after exactly those who stood before it, so that no one starves.
    @Test func aThousandAreServedInTheOrderInWhichTheyAsked() throws {
        var random = RandomDigestInput.printingItsSeed(for: "pool fairness")
        let pool = PlayedPool { $0.maximumConnections = 16 }
        var holding = (0..<16).map { "b\($0)" }
        for borrower in holding { _ = pool.take(borrower) }
        var waiting = (16..<1000).map { "b\($0)" }
        for borrower in waiting { #expect(pool.borrow(borrower) == ["\(borrower) waits"]) }
        var uses: [String: Int] = [:]
        for _ in 0..<20_000 {
            // The first of those who hold one is by far the most likely, as if the others held theirs for long.
            let index = random.next() % 10 < 9 ? 0 : Int(random.next() % UInt64(holding.count))
            let leaving = holding[index]
            let next = waiting.removeFirst()
            let events = pool.giveBack(leaving)
            try #require(events.count == 1 && events[0].hasPrefix("\(next) gets "), "\(events), not \(next)")
            holding[index] = next
            uses[next, default: 0] += 1
            try #require(pool.borrow(leaving) == ["\(leaving) waits"])
            waiting.append(leaving)
        }
        #expect(pool.statistics.waiting == 984 && pool.statistics.inUse == 16)
        // A round takes 984 uses, and whoever holds a connection for long misses some.
        let served = waiting.map { uses[$0, default: 0] }
        #expect(served.allSatisfy { (10...21).contains($0) }, "\(served.min() ?? 0) to \(served.max() ?? 0)")
    }
}
