import PGWire
import Synchronization
import Testing

extension Live {
    /// However a scope ends, its lock is given back.
    @Suite struct AdvisoryLockInterruptions {
        private typealias Locks = AdvisoryLocks

        @Test(arguments: LiveServer.direct) func cancelledInside(_ server: LiveServer) async throws {
            let mark = "locked_\(UInt32.random(in: 0 ... .max))"
            try await server.observed { observer in
                try await server.connected { db in
                    let task = Task {
                        try await db.withAdvisoryLock(21) {
                            try await db.execute("SELECT pg_sleep(60) /* \(raw: mark) */")
                        }
                    }
                    try await observer.wait(for: .isRunning(mark))
                    #expect(try await Locks.holders(21, observer) == 1)
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(try await Locks.holders(21, observer) == 0)
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
            }
        }

        @Test(arguments: LiveServer.direct) func waitedForInVain(_ server: LiveServer) async throws {
            try await server.observed { observer in
                try await server.connected { db in
                    try await server.connected { other in
                        try await db.withAdvisoryLock(22) {
                            let error = try await serverFailure {
                                try await other.withAdvisoryLock(22, timeout: .milliseconds(100)) {
                                    Issue.record("locked")
                                }
                            }
                            #expect(error.sqlState == .queryCanceled)
                            let waiting = Task { try await other.withAdvisoryLock(22) { Issue.record("locked") } }
                            try await observer.wait(
                                for: "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                            waiting.cancel()
                            await #expect(throws: CancellationError.self) { try await waiting.value }
                        }
                        #expect(try await Locks.holders(22, observer) == 0)
                        #expect(try await other.withAdvisoryLock(22) { 1 } == 1)
                    }
                }
            }
        }

        /// The lock becomes free just as the one who waits for it gives up.
        @Test(arguments: LiveServer.direct) func grantedWhileItIsGivenUp(_ server: LiveServer) async throws {
            try await server.observed { observer in
                try await server.connected { db in
                    try await server.connected { other in
                        for round in 0..<60 {
                            let timeout: Duration? = round.isMultiple(of: 2) ? .milliseconds(10) : nil
                            let waiting = try await db.withAdvisoryLock(23) {
                                let task = Task {
                                    try await other.withAdvisoryLock(23, timeout: timeout) {}
                                }
                                try await Task.sleep(for: .microseconds(7_000 + 200 * (round / 2)))
                                if timeout == nil { task.cancel() }
                                return task
                            }
                            _ = await waiting.result
                            #expect(try await Locks.holders(23, observer) == 0, "round \(round)")
                        }
                        #expect(try await other.fetchOne("SELECT 1", as: Int.self) == 1)
                    }
                }
            }
        }

        @Test(arguments: LiveServer.direct) func theConnectionIsLostInside(_ server: LiveServer) async throws {
            try await server.observed { observer in
                // One who has noticed gets what he noticed.
                let noticed = try await failure {
                    try await server.connected { db in
                        try await db.withAdvisoryLock(24) {
                            try await db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                        }
                    }
                }
                if case .usage = noticed { throw noticed }
                // One who has not is told that the lock was not there to the end.
                let unnoticed = try await failure {
                    try await server.connected { db in
                        try await db.withAdvisoryLock(24) {
                            try await observer.execute("SELECT pg_terminate_backend(\(db.backendProcessID ?? 0))")
                        }
                    }
                }
                switch unnoticed {
                case .server(let error): #expect(error.sqlState == .adminShutdown)
                case .connection: break
                default: throw unnoticed
                }
                try await observer.wait(for: "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'")
            }
        }

        /// What the closure itself has done to the lock, or to the connection.
        @Test func whatTheClosureLeaves() async throws {
            try await LiveServer.postgres17.observed { observer in
                try await LiveServer.postgres17.connected { db in
                    for sql: SQL in ["SELECT pg_advisory_unlock_all()", "DISCARD ALL"] {
                        try await expectFailure(
                            "the advisory lock on 25 was no longer held at the end of its closure: leave pg_advisory_unlock and "
                                + "DISCARD ALL to PGWire"
                        ) {
                            try await db.withAdvisoryLock(25) { try await db.execute(sql) }
                        }
                    }
                    try await db.withAdvisoryLock(25) {
                        for try await _ in db.query("SELECT generate_series(1, 30000)") { break }
                    }
                    #expect(try await Locks.holders(25, observer) == 0)
                    // A block that has failed, in which nothing can be given back: the connection is ended.
                    let error = try await failure {
                        try await db.withAdvisoryLock(25) {
                            try await db.execute("BEGIN")
                            _ = try? await db.execute("SELECT 1/0")
                        }
                    }
                    guard case .server = error else { throw error }
                    try await observer.wait(for: "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'")
                }
            }
        }

        /// In a block that has failed already nothing is taken, and the connection can go on.
        @Test func inAFailedBlock() async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute("BEGIN")
                _ = try? await db.execute("SELECT 1/0")
                let error = try await serverFailure { try await db.withAdvisoryLock(27) {} }
                #expect(error.sqlState == .inFailedSqlTransaction)
                try await db.execute("ROLLBACK")
                #expect(try await db.withAdvisoryLock(27) { 1 } == 1)
            }
        }

        /// Others use the same connection without a pause: neither do they lose it, nor does it take long.
        @Test func cancelledOnABusyConnection() async throws {
            try await LiveServer.postgres17.connected { db in
                let (begun, begin) = AsyncStream<Void>.makeStream()
                let task = Task {
                    try await db.withAdvisoryLock(28) {
                        begin.yield()
                        try await Task.sleep(for: .seconds(60))
                    }
                }
                for await _ in begun { break }
                try await withThrowingTaskGroup { group in
                    for _ in 1...20 {
                        group.addTask { for _ in 1...15 { try await db.execute("SELECT pg_sleep(0.02)") } }
                    }
                    try await Task.sleep(for: .milliseconds(200))
                    task.cancel()
                    let start = ContinuousClock.now
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(.now - start < .seconds(4))
                    try await group.waitForAll()
                }
                let held: SQL = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                #expect(try await db.fetchOne(held, as: Int.self) == 0)
            }
        }

        /// A scope that goes on after its connection was given back to the pool touches nothing that is somebody else's by then.
        @Test func aScopeCarriedOutOfAPool() async throws {
            let pool = ConnectionPool(try await LiveServer.postgres17.configuration, .init(maximumConnections: 1))
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let (ended, end) = AsyncStream<Void>.makeStream()
            let carried = try await pool.withConnection { db in
                let task = Task {
                    try await db.withAdvisoryLock(27) {
                        begin.yield()
                        for await _ in ended { break }
                    }
                }
                for await _ in begun { break }
                return task
            }
            try await pool.withConnection { db in
                let held: SQL = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                #expect(try await db.fetchOne(held, as: Int.self) == 0)
                async let slow = db.fetchOne("SELECT 7 FROM pg_sleep(0.5) /* carried out */", as: Int.self)
                try await LiveServer.postgres17.connected { try await $0.wait(for: .isRunning("carried out")) }
                end.yield()
                try await expectFailure(
                    "the connection was given back to its pool: use it only inside the closure that it was given to"
                ) { try await carried.value }
                #expect(try await slow == 7)
            }
            #expect(pool.statistics.closed[.disorder] == 1)
            await pool.drain(within: .seconds(5))
        }

        /// Whoever carries an iterator out of the closure does not keep the lock.
        @Test func anIteratorCarriedOut() async throws {
            try await LiveServer.postgres17.observed { observer in
                try await LiveServer.postgres17.connected { db in
                    var carried: RowSequence<Int>.AsyncIterator?
                    try? await db.withAdvisoryLock(26) {
                        carried = db.query("SELECT generate_series(1, 50000)", as: Int.self).makeAsyncIterator()
                        _ = try await carried?.next()
                    }
                    withExtendedLifetime(carried) {}
                    try await observer.wait(for: "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'")
                }
            }
        }
    }
}
