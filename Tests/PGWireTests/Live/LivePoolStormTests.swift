import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A pool at the worst of times.
    @Suite struct PoolStorm {
        /// 2,000 tasks, half of them cancelled at any point of their way: nothing is lost, nothing is mixed up.
        @Test(arguments: LiveServer.allCases) func cancellations(_ server: LiveServer) async throws {
            var seeds = RandomDigestInput.printingItsSeed(for: "cancellation storm")
            var generator = FuzzGenerator(seed: seeds.next())
            try await server.pooled { pool, name in
                var tasks: [Task<Void, any Error>] = []
                for index in 0..<2000 {
                    var own = FuzzGenerator(seed: generator.next())
                    tasks.append(Task { try await Self.use(pool, index, &own) })
                    if generator.oneIn(2) { tasks[index - generator.below(min(index, 60) + 1)].cancel() }
                    for _ in 0..<generator.below(8) { await Task.yield() }
                    if pool.statistics.waiting > 200 { try? await tasks[index - 150].value }
                }
                var outcomes: [String: Int] = [:]
                for task in tasks {
                    let result = await task.result
                    outcomes[Self.name(result), default: 0] += 1
                }
                #expect(Set(outcomes.keys).isSubset(of: ["done", "cancelled", "stopped", "division"]), "\(outcomes)")
                #expect(outcomes.count == 4, "\(outcomes)")
                let statistics = pool.statistics
                #expect(statistics.inUse == 0 && statistics.opening == 0 && statistics.waiting == 0)
                #expect(statistics.idle <= 8)
                #expect(statistics.opened - statistics.closed.values.reduce(0, +) == statistics.idle)
                try await server.waitForConnections(statistics.idle, named: name)
                // All that is left is in order.
                try await pool.fill(8)
                try await server.waitForConnections(8, named: name)
                #expect(await pool.drain(within: .seconds(10)) == 0)
                try await server.waitForConnections(0, named: name)
                print("cancellation storm at \(server.rawValue): \(outcomes), \(statistics)")
            }
        }

        private static func use(_ pool: ConnectionPool, _ index: Int, _ generator: inout FuzzGenerator) async throws {
            let way = generator.below(8)
            try await pool.withConnection { db in
                switch way {
                case 0: try await db.transaction { try await $0.expectEcho(of: index) }
                case 1: _ = try await db.query("SELECT generate_series(1, 3000)", as: Int.self).first { $0 > 2 }
                case 2: try await db.execute("BEGIN")
                case 3: throw Stop()
                case 4: try await db.execute("SELECT pg_sleep(0.004)", timeout: .seconds(10))
                case 5: try await db.execute("SELECT 1/0")
                case 6: try await db.execute(script: "SELECT 1; SELECT pg_sleep(0.002)")
                default: try await db.expectEcho(of: index)
                }
            }
        }

        private static func name(_ result: Result<Void, any Error>) -> String {
            switch result {
            case .success: "done"
            case .failure(is CancellationError): "cancelled"
            case .failure(is Stop): "stopped"
            case .failure(PostgresError.server(let error)) where error.sqlState == .divisionByZero: "division"
            case .failure(let error): "\(error)"
            }
        }

        /// The server goes away and comes back. While it is away each borrower hears so; then the first try succeeds.
        @Test func aServerThatRestarts() async throws {
            let directory = TemporaryDirectory()
            var options = LocalPostgres.Options()
            options.directory = directory.file("cluster")
            options.tls = .off
            let first = try await LocalPostgres.start(options)
            let pool = try ConnectionPool(Connection.Configuration(first.connectionURI), .init(maximumConnections: 4))
            try await pool.fill(4)
            await first.stop()
            for _ in 0..<5 {
                let error = try await failure { try await pool.withConnection { _ in } }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .unreachable && error.isSafeToRetry)
            }
            // No attempt but those five was made, and all that was dead is gone.
            #expect(pool.statistics.failedToOpen == 5 && pool.statistics.idle == 0)
            let second = try await LocalPostgres.start(options)
            #expect(second.port == first.port)
            for index in 0..<10 { try await pool.expectEcho(of: index) }
            #expect(pool.statistics.opened == 5 && pool.statistics.closed == [.broken: 4])
            // While it is not looked at: the borrowers after the restart notice nothing at all.
            try await pool.fill(4)
            await second.stop()
            let third = try await LocalPostgres.start(options)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 { group.addTask { try await pool.expectEcho(of: index) } }
                try await group.waitForAll()
            }
            #expect(pool.statistics.failedToOpen == 5)
            await pool.close()
            await third.stop()
            _ = try ChildProcess.output(of: ["/bin/rm", "-rf", "--", directory.path])
        }

        @Test(arguments: LiveServer.allCases) func draining(_ server: LiveServer) async throws {
            try await server.pooled(maximum: 3) { pool, name in
                try await pool.fill(3)
                let gate = Gate()
                let patient = Task { try await pool.withConnection { _ in await gate.wait() } }
                let endless = Task { try await pool.withConnection { try await $0.execute("SELECT pg_sleep(600)") } }
                defer { gate.open() }
                try await eventually("both are at it") { pool.statistics.inUse == 2 }
                let drain = Task { await pool.drain(within: .milliseconds(300)) }
                try await server.waitForConnections(2, named: name)
                gate.open()
                try await patient.value
                #expect(await drain.value == 1)
                let error = try await failure { try await endless.value }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .closed)
                #expect(pool.statistics.idle == 0 && pool.statistics.inUse == 0)
                #expect(pool.statistics.closed == [.poolClosed: 3])
            }
        }
    }
}
