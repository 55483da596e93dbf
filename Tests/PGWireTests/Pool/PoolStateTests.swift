import PGWire
import Testing

/// The decisions of a pool, played event by event.
@Suite struct PoolStateTests {
    @Test func theBoundHoldsAndWaitersAreServedInTurn() {
        let pool = PlayedPool()
        #expect(pool.borrow("a") == ["a opens"])
        #expect(pool.borrow("b") == ["b opens"])
        // While two are being opened there is no slot for a third.
        #expect(pool.borrow("c") == ["c waits"])
        #expect(pool.open("a") == ["a has 1"])
        #expect(pool.open("b") == ["b has 2"])
        #expect(pool.borrow("d") == ["d waits"])
        #expect(pool.borrow("e") == ["e waits"])
        #expect(pool.giveBack("b") == ["c gets 2"])
        #expect(pool.giveBack("c") == ["d gets 2"])
        // Who comes while others wait does not overtake them.
        #expect(pool.borrow("f") == ["f waits"])
        #expect(pool.giveBack("a") == ["e gets 1"])
        #expect(pool.giveBack("d") == ["f gets 2"])
        #expect(pool.giveBack("e") == [] && pool.giveBack("f") == [])
        #expect(pool.statistics.idle == 2 && pool.statistics.inUse == 0 && pool.statistics.opened == 2)
    }

    @Test func theOneUsedLastIsGivenOutFirst() {
        let pool = PlayedPool { $0.maximumConnections = 3 }
        for borrower in ["a", "b", "c"] { _ = pool.take(borrower) }
        for borrower in ["b", "c", "a"] { #expect(pool.giveBack(borrower) == []) }
        #expect(pool.borrow("d") == ["d gets 1"])
        #expect(pool.borrow("e") == ["e gets 3"])
        #expect(pool.giveBack("d") == [])
        #expect(pool.borrow("f") == ["f gets 1"])
        #expect(pool.borrow("g") == ["g gets 2"])
        #expect(pool.borrow("h") == ["h waits"])
    }

    @Test func aPlaceThatComesFreeGoesToWhoHasWaitedLongest() {
        let pool = PlayedPool()
        #expect(pool.take("a") == ["a has 1"] && pool.borrow("b") == ["b opens"])
        for borrower in ["c", "d", "e"] { #expect(pool.borrow(borrower) == ["\(borrower) waits"]) }
        #expect(pool.failToOpen("b") == ["c opens"])
        #expect(pool.failToOpen("c") == ["d opens"])
        #expect(pool.giveBackClosed("a") == ["e opens"])
        #expect(pool.failToOpen("d") == [] && pool.failToOpen("e") == [])
        let statistics = pool.statistics
        #expect(statistics.failedToOpen == 4 && statistics.opened == 1 && statistics.closed == [.broken: 1])
        #expect(statistics.idle + statistics.inUse + statistics.opening + statistics.waiting == 0)
    }

    @Test func whoIsCancelledIsNotMissed() {
        let pool = PlayedPool { $0.maximumConnections = 1 }
        #expect(pool.take("a") == ["a has 1"])
        for borrower in ["b", "c", "d"] { #expect(pool.borrow(borrower) == ["\(borrower) waits"]) }
        #expect(pool.cancel("b") == ["b is cancelled"])
        #expect(pool.cancel("b") == [])
        #expect(pool.giveBack("a") == ["c gets 1"])
        // Too late: it has its connection, and must give it back.
        #expect(pool.cancel("c") == [])
        #expect(pool.giveBackUnused("c") == ["d gets 1"])
        #expect(pool.giveBack("d") == [])
        #expect(pool.statistics.idle == 1 && pool.statistics.waiting == 0)
    }

    @Test func aDeadConnectionIsReplacedInItsPlace() {
        let pool = PlayedPool()
        _ = (pool.take("a"), pool.take("b"), pool.giveBack("a"), pool.giveBack("b"))
        #expect(pool.borrow("c") == ["c gets 2"])
        // Another idle one may do, and then none is left.
        #expect(pool.replace("c") == ["c gets 1"])
        #expect(pool.replace("c") == ["c opens"])
        #expect(pool.open("c") == ["c has 3"])
        #expect(pool.giveBack("c") == [])
        #expect(pool.take("d") == ["d gets 3"] && pool.take("e") == ["e has 4"])
        #expect(pool.giveBack("e") == [])
        // Where finding out took time, no other is tried.
        #expect(pool.replace("d", mayReuse: false) == ["d opens"])
        #expect(pool.statistics.idle == 1 && pool.statistics.opening == 1)
        #expect(pool.statistics.closed == [.broken: 3] && pool.statistics.opened == 4)
    }

    @Test func aConnectionLongUnusedMustAnswer() {
        let pool = PlayedPool { $0.checkAfterIdle = .seconds(30) }
        _ = (pool.take("a"), pool.wait(100), pool.giveBack("a"))
        pool.wait(29)
        #expect(pool.borrow("b") == ["b gets 1"])
        // It was not used, so it is as stale as before.
        #expect(pool.giveBackUnused("b") == [])
        pool.wait(1)
        #expect(pool.borrow("c") == ["c gets 1, stale"])
        #expect(pool.giveBack("c") == [])
        #expect(pool.borrow("d") == ["d gets 1"])
        let always = PlayedPool { $0.checkAfterIdle = .zero }
        _ = (always.take("a"), always.giveBack("a"))
        #expect(always.borrow("b") == ["b gets 1, stale"])
    }

    @Test func waitingHasALimit() {
        let pool = PlayedPool {
            $0.maximumConnections = 2
            $0.acquireTimeout = .seconds(5)
        }
        #expect(pool.take("a") == ["a has 1"])
        pool.wait(40.5)
        #expect(pool.borrow("b") == ["b opens"])
        #expect(pool.borrow("c") == ["c waits", "wake at 45.5"])
        pool.wait(2)
        // One wake-up is enough.
        #expect(pool.borrow("d") == ["d waits"])
        pool.wait(1)
        #expect(pool.borrow("e") == ["e waits"])
        pool.wait(2)
        #expect(
            pool.tick() == [
                "c is refused: no connection to db:5432 became free within 5 s: 1 of the pool's 2 are in use, the longest "
                    + "for 45.5 s; 1 being opened; 2 others wait; look for what holds connections so long, such as a task "
                    + "that borrows a second one while it has one, or raise maximumConnections", "wake at 47.5",
            ])
        #expect(pool.giveBack("a") == ["d gets 1"])
        pool.wait(2)
        // Served meanwhile; the next in line is not due yet.
        #expect(pool.tick() == ["wake at 48.5"])
        #expect(pool.statistics.timedOut == 1)
        let impatient = PlayedPool {
            $0.maximumConnections = 1
            $0.acquireTimeout = .zero
        }
        _ = impatient.take("a")
        #expect(impatient.borrow("b").first?.hasPrefix("b is refused: no connection to db:5432 became free") == true)
        #expect(impatient.giveBack("a") == [] && impatient.take("b") == ["b gets 1"])
    }

    @Test func whatIsIdleTooLongIsClosedDownToTheMinimum() {
        let pool = PlayedPool {
            $0.maximumConnections = 4
            $0.minimumConnections = 1
            $0.idleTimeout = .seconds(60)
        }
        for borrower in ["a", "b", "c"] { _ = pool.take(borrower) }
        #expect(pool.wakesAt == nil)
        #expect(pool.giveBack("a") == ["wake at 60.0"])
        pool.wait(10)
        #expect(pool.giveBack("b") == [] && pool.giveBack("c") == [])
        pool.wait(50)
        #expect(pool.tick() == ["1 is closed", "wake at 70.0"])
        pool.wait(10)
        // The one that was used last stays, for ever.
        #expect(pool.tick() == ["2 is closed"])
        #expect(pool.wakesAt == nil)
        pool.wait(1000)
        #expect(pool.tick() == [])
        #expect(pool.borrow("d") == ["d gets 3"])
        #expect(pool.statistics.closed == [.idle: 2])
    }

    @Test func busyConnectionsAreNotIdle() {
        let pool = PlayedPool { $0.idleTimeout = .seconds(60) }
        #expect(pool.take("a") == ["a has 1"] && pool.giveBack("a") == ["wake at 60.0"])
        pool.wait(50)
        #expect(pool.take("b") == ["b gets 1"])
        pool.wait(10)
        // In vain, and there is nothing left to wait for.
        #expect(pool.tick() == [] && pool.wakesAt == nil)
        #expect(pool.giveBack("b") == ["wake at 120.0"])
        pool.wait(59.999)
        #expect(pool.tick() == ["wake at 120.0"])
        pool.wait(0.001)
        #expect(pool.tick() == ["1 is closed"])
    }

    @Test func lifeTimeEndsIdleReturnedAndBorrowedOnes() {
        let pool = PlayedPool {
            $0.maximumConnections = 4
            $0.minimumConnections = 4
            $0.maximumLifetime = .seconds(1000)
        }
        for (borrower, jitter) in [("a", 0.0), ("b", 0.5), ("c", 1), ("d", 0)] {
            #expect(pool.borrow(borrower) == ["\(borrower) opens"])
            _ = pool.open(borrower, jitter: jitter)
        }
        // Those opened together end at different times: 1000, 950, 900, 1000.
        #expect(pool.giveBack("a") == ["wake at 1000.0"])
        #expect(pool.giveBack("b") == ["wake at 950.0"])
        #expect(pool.giveBack("c") == ["wake at 900.0"])
        pool.wait(900)
        #expect(pool.tick() == ["3 is closed", "wake at 950.0"])
        pool.wait(50)
        // Too old on the way out, though the timer was late.
        #expect(pool.borrow("e") == ["e gets 1", "2 is closed"])
        pool.wait(50)
        #expect(pool.giveBack("e") == ["1 is closed"])
        #expect(pool.giveBack("d") == ["4 is closed"])
    }

    @Test func anOldConnectionThatComesBackLeavesItsPlaceToWhoWaits() {
        let pool = PlayedPool {
            $0.maximumConnections = 1
            $0.maximumLifetime = .seconds(10)
        }
        #expect(pool.take("a") == ["a has 1"] && pool.borrow("b") == ["b waits"])
        pool.wait(10)
        #expect(pool.giveBack("a") == ["b opens", "1 is closed"])
        #expect(pool.open("b") == ["b has 2"] && pool.statistics.closed == [.lifetime: 1])
    }

    @Test func warmingUpStopsAtTheMinimum() {
        let pool = PlayedPool {
            $0.maximumConnections = 3
            $0.minimumConnections = 2
        }
        #expect(pool.take("a") == ["a has 1"])
        #expect(pool.reserve("w") == ["w opens"])
        #expect(pool.reserve("x") == ["enough"])
        #expect(pool.open("w") == ["w has 2"] && pool.giveBack("w") == [])
        #expect(pool.take("b") == ["b gets 2"])
    }

    @Test func aClosedPoolGivesOutNothing() {
        let pool = PlayedPool {
            $0.maximumConnections = 3
            $0.idleTimeout = .seconds(60)
        }
        _ = (pool.take("a"), pool.take("b"), pool.giveBack("b"))
        #expect(pool.take("c") == ["c gets 2"] && pool.giveBack("c") == [])
        #expect(pool.take("c") == ["c gets 2"] && pool.borrow("d") == ["d opens"])
        #expect(pool.borrow("e") == ["e waits"])
        let refusal = "the pool of connections to db:5432 is closed and gives out no more"
        #expect(pool.close() == ["e is refused: \(refusal)"])
        #expect(pool.wakesAt == nil && !pool.isDrained && pool.lent == [1, 2])
        #expect(pool.borrow("f") == ["f is refused: \(refusal)"] && pool.reserve("g") == ["enough"])
        #expect(pool.giveBack("a") == ["1 is closed"])
        // Opened too late, and found dead too late.
        #expect(pool.open("d") == [refusal])
        #expect(pool.replace("c") == ["c is refused: \(refusal)"])
        #expect(pool.isDrained && pool.close() == [])
        #expect(pool.statistics.closed == [.poolClosed: 3] && pool.statistics.opened == 3)
        let idle = PlayedPool()
        _ = (idle.take("a"), idle.take("b"), idle.giveBack("a"), idle.giveBack("b"))
        #expect(idle.close() == ["1 is closed", "2 is closed"] && idle.isDrained)
    }

    @Test func numbersOutOfRangeAreBroughtIntoIt() {
        var options = ConnectionPool.Options(maximumConnections: -1)
        options.minimumConnections = 7
        options.idleTimeout = .seconds(-5)
        options.maximumLifetime = .seconds(Int64.max)
        let bounded = options.bounded
        #expect(bounded.maximumConnections == 1 && bounded.minimumConnections == 1)
        #expect(bounded.idleTimeout == .zero && bounded.maximumLifetime == .seconds(315_360_000))
        #expect(bounded.acquireTimeout == .seconds(30) && bounded.checkAfterIdle == .seconds(30))
    }
}
