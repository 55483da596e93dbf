import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A pool whose connections are cut, stalled and refused on the way.
    @Suite struct PoolProxy {
        private static func pooled(
            _ server: LiveServer, maximum: Int = 4, _ change: (inout ConnectionPool.Options) -> Void = { _ in },
            _ body: (ConnectionPool, FaultyProxy) async throws -> Void
        ) async throws {
            let configuration = try await server.configuration
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                var options = ConnectionPool.Options(maximumConnections: maximum)
                change(&options)
                let pool = ConnectionPool(proxy.redirect(configuration), options)
                try await body(pool, proxy)
                await pool.close()
            }
        }

        @Test(arguments: LiveServer.allCases) func whatIsCutWhileIdleIsReplaced(_ server: LiveServer) async throws {
            try await Self.pooled(server) { pool, proxy in
                for cut in [FaultyProxy.Cut.close, .reset] {
                    try await pool.fill(4)
                    proxy.cut(cut)
                    for index in 0..<8 { try await pool.expectEcho(of: index) }
                    #expect(pool.statistics.idle == proxy.openConnectionCount)
                }
                #expect(pool.statistics.failedToOpen == 0)
            }
        }

        /// A firewall that has forgotten the connections: nothing comes back, not even an error.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func whatIsForgottenIsReplaced(_ server: LiveServer)
            async throws
        {
            try await Self.pooled(server, maximum: 2) {
                $0.checkAfterIdle = .zero
                $0.checkTimeout = .milliseconds(200)
            } _: { pool, proxy in
                try await pool.fill(2)
                proxy.applyToOpenConnections(.stalled)
                let start = ContinuousClock.now
                try await pool.expectEcho(of: 1)
                try await pool.expectEcho(of: 2)
                #expect(.now - start < .seconds(5))
                #expect(pool.statistics.closed == [.broken: 1] && pool.statistics.opened == 3)
            }
        }

        /// Cuts at any moment: who is hit hears it, nobody else does, and all is well afterwards.
        @Test(arguments: [LiveServer.postgres17, .postgres18, .pgBouncer]) func aStormOfCuts(_ server: LiveServer)
            async throws
        {
            var seeds = RandomDigestInput.printingItsSeed(for: "storm of cuts")
            var generator = FuzzGenerator(seed: seeds.next())
            try await Self.pooled(server) { pool, proxy in
                let outcomes = Log<Bool>()
                try await pool.fill(4)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<400 {
                        group.addTask {
                            do {
                                try await pool.withConnection { db in
                                    try await db.execute("SELECT pg_sleep(0.002)")
                                    try await db.expectEcho(of: index)
                                }
                                outcomes.append(true)
                            } catch let error as PostgresError {
                                guard case .connection(let connection) = error else { throw error }
                                // In use, while connecting, and in the middle of the TLS handshake.
                                let reasons: Set<ConnectionError.Reason> = [.lost, .unreachable, .tlsFailed]
                                #expect(reasons.contains(connection.reason), "\(error)")
                                outcomes.append(false)
                            }
                        }
                        if generator.oneIn(12) { proxy.cut(generator.oneIn(2) ? .close : .reset) }
                        for _ in 0..<generator.below(60) { await Task.yield() }
                    }
                    try await group.waitForAll()
                }
                #expect(outcomes.all.count == 400)
                let statistics = pool.statistics
                #expect(statistics.inUse == 0 && statistics.opening == 0 && statistics.waiting == 0)
                #expect(statistics.opened - statistics.closed.values.reduce(0, +) == statistics.idle)
                for index in 0..<8 { try await pool.expectEcho(of: index) }
                try await pool.fill(4)
                #expect(pool.statistics.idle == 4)
                try await eventually("what was closed is gone") { proxy.openConnectionCount == 4 }
                print("storm of cuts: \(outcomes.all.count { !$0 }) of 400 were hit, \(statistics)")
            }
        }

        /// While nobody listens each borrower hears so once; then all goes on.
        @Test func aServerThatIsAway() async throws {
            try await Self.pooled(.postgres18, maximum: 2) { pool, proxy in
                try await pool.fill(2)
                proxy.refuse()
                proxy.cut()
                for _ in 0..<3 {
                    let error = try await failure { try await pool.withConnection { _ in } }
                    #expect(error.isSafeToRetry)
                }
                #expect(pool.statistics.failedToOpen == 3 && proxy.connectionCount == 2)
                try proxy.admit()
                try await pool.expectEcho(of: 1)
            }
        }
    }
}
