import PGWire

/// W11: a thousand tasks that share the few connections of a pool; every tenth statement takes 5 ms.
struct PoolUnderLoad {
    private static let tasks = 1000
    private static let connections = 16

    func measure() async throws -> Result {
        var options = ConnectionPool.Options(maximumConnections: Self.connections)
        options.minimumConnections = Self.connections
        options.acquireTimeout = nil
        let pool = ConnectionPool(Settings.configuration(tls: false), options)
        try await pool.warmUp()
        let uses = Settings.count(40_000) / Self.tasks
        let measurement = Measurement()
        let waits = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for task in 0..<Self.tasks { group.addTask { try await Self.work(pool, task, uses) } }
            return try await group.reduce(into: [Duration]()) { $0 += $1 }
        }
        var result = measurement.result(units: waits.count)
        result.more = Self.spread(waits)
        await pool.drain(within: .seconds(10))
        return result
    }

    /// One task, which borrows a connection for each statement. Returns how long it waited for each.
    private static func work(_ pool: ConnectionPool, _ task: Int, _ uses: Int) async throws -> [Duration] {
        var waits: [Duration] = []
        for use in 0..<uses {
            let asked = ContinuousClock.now
            try await pool.withConnection { db in
                waits.append(.now - asked)
                if (task + use).isMultiple(of: 10) {
                    try await db.execute("SELECT pg_sleep(0.005)")
                } else {
                    let value = Int32(use)
                    let answer = try await db.fetchOne("SELECT \(value)::int4", as: Int32.self)
                    guard answer == value else { throw WrongResult() }
                }
            }
        }
        return waits
    }

    /// In ms.
    private static func spread(_ waits: [Duration]) -> [(name: String, value: Double)] {
        let sorted = waits.sorted()
        let shares = [("wait50", 0.5), ("wait99", 0.99), ("wait99.9", 0.999), ("longest-wait", 1)]
        return shares.map { name, share in
            (name, sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)] / .milliseconds(1))
        }
    }
}
