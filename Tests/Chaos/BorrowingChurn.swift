import LocalPostgres
import PGWire
import PGWireTesting

/// Borrowings of one pool by more tasks than it has connections, some of which fail in every way there is.
enum BorrowingChurn {
    private static let workers = 24
    private struct Stop: Error {}

    /// Whether nothing has grown.
    static func run(_ count: Int, _ generator: FuzzGenerator) async throws -> Bool {
        try await Churn.withServer { try await run(count, generator, $0) }
    }

    private static func run(_ count: Int, _ generator: FuzzGenerator, _ server: LocalPostgres) async throws -> Bool {
        var generator = generator
        var configuration = try Connection.Configuration(server.connectionURI)
        configuration.connectTimeout = .seconds(10)
        let proxy = try FaultyProxy(to: configuration.endpoints[0])
        defer { proxy.stop() }
        var options = ConnectionPool.Options(maximumConnections: 8)
        options.acquireTimeout = .milliseconds(200)
        let redirected = proxy.redirect(configuration)
        return try await Churn.measure(count) { count, tally in
            let pool = ConnectionPool(redirected, options)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<workers {
                    let own = FuzzGenerator(seed: generator.next())
                    group.addTask {
                        var own = own
                        while tally.next(of: count) != nil { await borrow(pool, proxy, tally, &own) }
                    }
                }
            }
            let statistics = pool.statistics
            guard statistics.inUse == 0, statistics.opening == 0, statistics.waiting == 0 else { throw WrongAnswer() }
            say("    \(statistics)")
            // All that is left is in order.
            try await fill(pool, to: options.maximumConnections)
            guard await pool.drain(within: .seconds(10)) == 0 else { throw WrongAnswer() }
            // A proxy keeps what has ended until somebody else connects.
            proxy.cut()
        }
    }

    private static func borrow(
        _ pool: ConnectionPool, _ proxy: FaultyProxy, _ tally: Tally, _ generator: inout FuzzGenerator
    ) async {
        let way = generator.below(10_000)
        if way == 0 { proxy.cut(generator.oneIn(2) ? .close : .reset) }
        let number = generator.below(1_000_000)
        let pause = Duration.microseconds(generator.below(3_000))
        do {
            if way < 100 {
                let task = Task { try await pool.withConnection { try await use($0, way, number) } }
                try? await Task.sleep(for: pause)
                task.cancel()
                try await task.value
            } else {
                try await pool.withConnection { try await use($0, way, number) }
            }
            tally.note("done")
        } catch {
            tally.note(ErrorKind.name(error))
        }
    }

    private static func use(_ db: Connection, _ way: Int, _ number: Int) async throws {
        switch way {
        case 0..<50: try await db.execute("SELECT pg_sleep(0.01)")
        case 50..<500:
            guard try await db.fetchOne("SELECT \(number)", as: Int.self) == number else { throw WrongAnswer() }
        case 500..<700: throw Stop()
        case 700..<750: try await db.execute("BEGIN")
        case 750..<800: try await db.execute("SELECT 1/0")
        case 800..<850: _ = try await db.query("SELECT generate_series(1, 300)", as: Int.self).first { $0 > 2 }
        case 850..<853: await db.close()
        case 853..<855: try await Task.sleep(for: .milliseconds(400))
        default: break
        }
    }

    /// Has the pool open so many connections.
    private static func fill(_ pool: ConnectionPool, to count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        let isFull = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await pool.withConnection { _ in
                        while !isFull.isSet, .now < deadline { try await Task.sleep(for: .milliseconds(2)) }
                    }
                }
            }
            while pool.statistics.inUse < count, .now < deadline { try await Task.sleep(for: .milliseconds(2)) }
            isFull.set()
            try await group.waitForAll()
        }
    }
}
