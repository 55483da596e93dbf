import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Connections that are kept: who gets them, in which state, and what becomes of those that the server ends.
    @Suite struct PoolReuse {
        /// 200 tasks over 8 connections, first come, first served.
        @Test(arguments: LiveServer.allCases) func aCrowdIsServedInTurn(_ server: LiveServer) async throws {
            try await server.pooled { pool, name in
                let served = Log<Int>()
                let gate = Gate()
                let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                    // However this ends, or those that wait would be waited for without end.
                    defer { gate.open() }
                    for _ in 0..<8 {
                        group.addTask {
                            try await pool.withConnection { _ in await gate.wait() }
                            return 0
                        }
                    }
                    try await eventually("all are in use") { pool.statistics.inUse == 8 }
                    for index in 1...200 {
                        group.addTask {
                            try await pool.withConnection { db in
                                served.append(index)
                                return try await db.fetchOne("SELECT \(index)", as: Int.self)
                            }
                        }
                        try await eventually("it waits") { pool.statistics.waiting == index }
                    }
                    gate.open()
                    return try await group.reduce(0, +)
                }
                #expect(sum == 20_100)
                // Tasks may note in another order than they were served, but only as many as were served at a time.
                let order = served.all
                for (place, index) in order.enumerated() {
                    let overtaken = order[(place + 1)...].count { $0 < index }
                    #expect(overtaken < 8, "\(index) came before \(overtaken) that had waited longer")
                }
                let statistics = pool.statistics
                #expect(statistics.opened == 8 && statistics.idle == 8 && statistics.closed == [:])
                try await server.waitForConnections(8, named: name)
            }
        }

        @Test(arguments: LiveServer.direct) func sessionsArePutInOrder(_ server: LiveServer) async throws {
            try await server.pooled(maximum: 1) { pool, _ in
                let pid = try await pool.withConnection { db in
                    try await db.execute("BEGIN")
                    try await db.execute("CREATE TABLE never_committed ()")
                    return db.backendProcessID
                }
                try await pool.withConnection { db in
                    #expect(db.backendProcessID == pid)
                    #expect(try await db.fetchOne("SELECT to_regclass('never_committed') IS NULL", as: Bool.self))
                    // A failed transaction.
                    try await db.execute("BEGIN")
                    _ = try await serverFailure { try await db.execute("SELECT 1/0") }
                }
                let start = ContinuousClock.now
                try await pool.withConnection { db in
                    // An iteration that was given up, of few rows and of many.
                    for count in [10, 100_000_000] {
                        for try await number in db.query("SELECT generate_series(1, \(count))", as: Int.self)
                        where number == 2 {
                            break
                        }
                    }
                }
                #expect(.now - start < .seconds(5))
                try await pool.withConnection { db in
                    try await db.expectEcho(of: 7)
                    #expect(db.backendProcessID == pid)
                    // A script that ends in a COPY, which this call cannot serve.
                    _ = try await failure { try await db.execute(script: "BEGIN; COPY pg_class TO STDOUT") }
                }
                try await pool.expectEcho(of: 8)
                #expect(pool.statistics.opened == 1 && pool.statistics.closed == [:])
            }
        }

        @Test(arguments: LiveServer.direct) func whatASessionKeeps(_ server: LiveServer) async throws {
            let usage = "SET work_mem = '5MB'; CREATE TEMPORARY TABLE mine (); SELECT pg_advisory_lock(4711)"
            let look: SQL = """
                SELECT current_setting('work_mem') = '5MB', to_regclass('pg_temp.mine') IS NOT NULL,
                    EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')
                """
            for (reset, isKept) in [(ConnectionPool.Reset.nothing, true), (.discardAll, false)] {
                try await server.pooled(maximum: 1) {
                    $0.reset = reset
                } _: { pool, _ in
                    // Also where a transaction was left open.
                    for beginning in ["", "BEGIN"] {
                        try await pool.withConnection { db in
                            try await db.execute(script: usage)
                            try await db.execute(script: beginning)
                        }
                        let (setting, table, lock) = try await pool.withConnection { db in
                            try await db.fetchOne(look, as: (Bool, Bool, Bool).self)
                        }
                        #expect(setting == isKept && table == isKept && lock == isKept)
                        try await pool.withConnection { try await $0.execute(script: "DISCARD ALL") }
                    }
                    #expect(pool.statistics.opened == 1)
                }
            }
        }

        /// Each borrower gets a live connection, and no error.
        @Test(arguments: LiveServer.direct) func endedOnesAreReplacedUnnoticed(_ server: LiveServer) async throws {
            try await server.pooled { pool, name in
                for round in 1...3 {
                    try await pool.fill(8)
                    #expect(pool.statistics.idle == 8)
                    try await server.terminate(name)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for index in 0..<30 {
                            group.addTask { try await pool.expectEcho(of: index) }
                        }
                        try await group.waitForAll()
                    }
                    let statistics = pool.statistics
                    #expect(statistics.closed == [.broken: statistics.opened - statistics.idle])
                    try await server.waitForConnections(statistics.idle, named: name)
                    #expect(statistics.opened <= 8 * (round + 1))
                }
            }
        }

        /// A borrower whose connection is ended hears it, and nobody gets that connection again.
        @Test(arguments: LiveServer.direct) func oneThatEndsInUseIsNotKept(_ server: LiveServer) async throws {
            try await server.pooled(maximum: 1) { pool, name in
                let error = try await serverFailure {
                    try await pool.withConnection { db in
                        try await db.execute("SELECT 1")
                        try await server.terminate(name)
                        try await db.execute("SELECT 2")
                    }
                }
                #expect(error.sqlState == .adminShutdown)
                #expect(pool.statistics.closed == [.broken: 1] && pool.statistics.idle == 0)
                try await pool.expectEcho(of: 3)
            }
        }

        /// The check by a round trip suits servers and pooler alike, and costs one.
        @Test(arguments: LiveServer.allCases) func theCheckIsOneRoundTrip(_ server: LiveServer) async throws {
            try await server.pooled(maximum: 1) {
                $0.checkAfterIdle = .zero
            } _: { pool, _ in
                var last = try await pool.withConnection { try await $0.traffic() }
                for _ in 0..<3 {
                    let now = try await pool.withConnection { try await $0.traffic() }
                    #expect(now.sends - last.sends == 1 && now.flights - last.flights == 1)
                    #expect(now.bytesSent - last.bytesSent < 64)
                    last = now
                }
                #expect(pool.statistics.opened == 1)
            }
            // Without it a borrower's first look sends nothing.
            try await server.pooled(maximum: 1) { pool, _ in
                let before = try await pool.withConnection { try await $0.traffic() }
                let after = try await pool.withConnection { try await $0.traffic() }
                #expect(after.sends == before.sends)
            }
        }

        @Test(arguments: LiveServer.allCases) func errorsReachTheBorrower(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            configuration.password = Secret("wrong")
            let pool = ConnectionPool(configuration, .init(maximumConnections: 2))
            for _ in 0..<5 {
                let error = try await serverFailure { try await pool.withConnection { _ in } }
                #expect(error.isFatal)
            }
            #expect(pool.statistics.failedToOpen == 5 && pool.statistics.opening == 0)
            try await server.pooled(maximum: 1) { good, _ in
                for _ in 0..<3 {
                    await #expect(throws: Stop.self) { try await good.withConnection { _ in throw Stop() } }
                }
                #expect(good.statistics.opened == 1 && good.statistics.idle == 1)
            }
        }
    }
}
