import PGWire
import PGWireTesting
import Testing

/// A pool's state through long random courses of events: what must hold after each of them does.
@Suite struct PoolStateRandomTests {
    @Test func whatMustHoldHolds() throws {
        var generator = RandomDigestInput.printingItsSeed(for: "pool state")
        for _ in 0..<40 {
            var course = PoolCourse(generator: FuzzGenerator(seed: generator.next()))
            for step in 0..<200 {
                let problem = course.step()
                try #require(problem == nil, "step \(step): \(problem ?? "")\n\(course.log.joined(separator: "\n"))")
            }
        }
    }
}

/// One random course of events.
private struct PoolCourse {
    private let pool: PlayedPool
    private let maximum: Int
    private let minimum: Int
    private var generator: FuzzGenerator
    private var nextBorrower = 0
    /// Those who wait, the first first, as they should be served.
    private var waiting: [String] = []
    private var opening: [String] = []
    private var holding: [String] = []
    private(set) var log: [String] = []

    init(generator: FuzzGenerator) {
        var generator = generator
        let maximum = 1 + generator.below(4)
        let minimum = generator.below(maximum + 1)
        let limits = (0..<4).map { _ in generator.oneIn(3) ? nil : Duration.seconds(1 + generator.below(30)) }
        pool = PlayedPool {
            $0.maximumConnections = maximum
            $0.minimumConnections = minimum
            ($0.acquireTimeout, $0.idleTimeout, $0.maximumLifetime, $0.checkAfterIdle) =
                (limits[0], limits[1], limits[2], limits[3])
        }
        (self.maximum, self.minimum, self.generator) = (maximum, minimum, generator)
    }

    /// Lets something happen; what does not hold after it, if anything.
    mutating func step() -> String? {
        let events = act()
        log.append(contentsOf: events)
        for event in events {
            if let problem = follow(event) { return problem }
        }
        return violation
    }

    private mutating func act() -> [String] {
        switch generator.below(10) {
        case 0, 1, 2:
            nextBorrower += 1
            return pool.borrow("b\(nextBorrower)")
        case 3, 4: return open()
        case 5: return takeOne(&opening, generator.next()).map(pool.failToOpen) ?? []
        case 6, 7: return giveBack()
        case 8:
            guard let borrower = takeOne(&holding, generator.next()) else { return [] }
            return generator.oneIn(2) ? pool.giveBackClosed(borrower) : pool.replace(borrower)
        default:
            if generator.oneIn(2), let leaving = generator.element(of: waiting) { return pool.cancel(leaving) }
            pool.wait(Double(generator.below(40)) / 4)
            return pool.tick()
        }
    }

    private mutating func open() -> [String] {
        guard let borrower = takeOne(&opening, generator.next()) else { return [] }
        return pool.open(borrower, jitter: Double(generator.below(100)) / 100)
    }

    private mutating func giveBack() -> [String] {
        guard let borrower = takeOne(&holding, generator.next()) else { return [] }
        return generator.oneIn(8) ? pool.giveBackUnused(borrower) : pool.giveBack(borrower)
    }

    /// Keeps count of who has what, by the words of an event.
    private mutating func follow(_ event: String) -> String? {
        let words = event.split(separator: " ").map(String.init)
        switch words[1] {
        case "waits": waiting.append(words[0])
        case "opens", "gets":
            if let place = waiting.firstIndex(of: words[0]) {
                guard place == 0 else { return "\(words[0]) was served before \(waiting[0])" }
                waiting.removeFirst()
            }
            words[1] == "opens" ? opening.append(words[0]) : holding.append(words[0])
        case "has": holding.append(words[0])
        case "is" where words[2] == "refused:" || words[2] == "cancelled": waiting.removeAll { $0 == words[0] }
        default: break
        }
        return nil
    }

    private var violation: String? {
        let now = pool.statistics
        let closed = now.closed.values.reduce(0, +)
        let total = now.idle + now.inUse + now.opening
        if total > maximum { return "\(total) connections, and \(maximum) are allowed" }
        if now.waiting > 0, total < maximum || now.idle > 0 { return "somebody waits, and need not" }
        if now.opened - closed != now.idle + now.inUse { return "a connection is lost, or counted twice: \(now)" }
        if now.inUse != holding.count || now.opening != opening.count || now.waiting != waiting.count {
            return "\(holding) hold, \(opening) open, \(waiting) wait: \(now)"
        }
        return nil
    }
}

private func takeOne(_ borrowers: inout [String], _ random: UInt64) -> String? {
    borrowers.isEmpty ? nil : borrowers.remove(at: Int(random % UInt64(borrowers.count)))
}
