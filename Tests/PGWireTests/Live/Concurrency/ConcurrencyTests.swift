import PGWire
import Synchronization
import Testing

extension Live {
    /// Many tasks on one connection, cancelled tasks, and connections that end under their users.
    @Suite struct Concurrency {
        @Test(arguments: LiveServer.allCases) func callersAreServedInTurn(_ server: LiveServer) async throws {
            try await server.connected { db in
                let served = Log<(index: Int, at: TimestampTZ)>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // The one that holds the turn while the others line up, one by one.
                    let gate = Gate()
                    group.addTask {
                        try await db.transaction { tx in
                            try await tx.execute("SELECT 1")
                            await gate.wait()
                        }
                    }
                    // However this ends, or the one that waits would be waited for without end.
                    defer { gate.open() }
                    try await gate.waitUntilSomebodyWaits()
                    for index in 0..<40 {
                        group.addTask {
                            // The server's clock, as tasks may go on in another order than they were served.
                            let answer = try await db.fetchOne(
                                "SELECT \(index), clock_timestamp()", as: (Int, TimestampTZ).self)
                            served.append((answer.0, answer.1))
                        }
                        try await eventually("all wait") { db.waiterCount > index }
                    }
                    gate.open()
                    try await group.waitForAll()
                }
                #expect(served.all.sorted { $0.at < $1.at }.map(\.index) == Array(0..<40))
                #expect(db.waiterCount == 0)
            }
        }

        @Test(arguments: LiveServer.allCases) func aCrowdIsServedWhole(_ server: LiveServer) async throws {
            try await server.connected { db in
                let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                    for index in 1...200 {
                        group.addTask {
                            switch index % 4 {
                            case 0: try await db.transaction { try await $0.fetchOne("SELECT \(index)", as: Int.self) }
                            case 1: try await db.execute(script: "SELECT \(index)")[0].rows[0].decode(0, as: Int.self)
                            case 2:
                                try await db.query("SELECT \(index) FROM generate_series(1, 100)", as: Int.self)
                                    .first { _ in true } ?? 0
                            default: try await db.fetchOne("SELECT \(index)", as: Int.self)
                            }
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(sum == 20_100)
            }
        }

        /// The statement is gone from the server, and the connection goes on.
        @Test(arguments: LiveServer.allCases) func cancellingReachesTheServer(_ server: LiveServer) async throws {
            let mark = "cancel_\(UInt32.random(in: 0 ... .max))"
            let running = SQL.isRunning(mark)
            try await server.observed { observer in
                try await server.connected { db in
                    for kind in 0..<4 {
                        let sleep = "SELECT pg_sleep(600) /* \(mark) */"
                        let task = Task {
                            switch kind {
                            case 0: try await db.execute(SQL(raw: sleep))
                            case 1: try await db.execute(script: "SELECT 1; \(sleep)")
                            case 2: try await db.execute(SQL(raw: sleep), timeout: .seconds(500))
                            default: try await db.transaction { try await $0.execute(SQL(raw: sleep)) }
                            }
                        }
                        try await observer.wait(for: running)
                        let clock = ContinuousClock.now
                        task.cancel()
                        await #expect(throws: CancellationError.self) { try await task.value }
                        #expect(.now - clock < .seconds(4))
                        #expect(try await observer.fetchOne("SELECT NOT (\(running))", as: Bool.self))
                        #expect(try await db.fetchOne("SELECT \(kind)", as: Int.self) == kind)
                    }
                    // In the middle of rows.
                    let task = Task {
                        var count = 0
                        for try await _ in db.query("SELECT i, pg_sleep(0.001) FROM generate_series(1, 1000000) i") {
                            count += 1
                            if count == 20 { withUnsafeCurrentTask { $0?.cancel() } }
                        }
                    }
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
            }
        }

        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func cancellingWhileWaiting(_ server: LiveServer)
            async throws
        {
            try await server.connected { db in
                let gate = Gate()
                let holder = Task {
                    try await db.transaction { tx in
                        try await tx.execute("SELECT 1")
                        await gate.wait()
                    }
                }
                // However this ends, or the one that waits would be waited for without end.
                defer { gate.open() }
                try await gate.waitUntilSomebodyWaits()
                let waiter = Task { try await db.execute("SELECT 2") }
                try await eventually("it waits") { db.waiterCount == 1 }
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
                #expect(db.waiterCount == 0)
                gate.open()
                try await holder.value
                // A task that is cancelled already does not even begin.
                let late = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await db.fetchOne("SELECT 3", as: Int.self)
                }
                await #expect(throws: CancellationError.self) { try await late.value }
                #expect(try await db.fetchOne("SELECT 4", as: Int.self) == 4)
            }
        }

        /// Whoever was about to use the connection is told why it is closed.
        @Test(arguments: LiveServer.allCases) func closingWhileAQueryRuns(_ server: LiveServer) async throws {
            let mark = "close_\(UInt32.random(in: 0 ... .max))"
            let running = SQL.isRunning(mark)
            try await server.observed { observer in
                let db = try await Connection.connect(server.configuration)
                let task = Task { try await db.execute(SQL(raw: "SELECT pg_sleep(0.5) /* \(mark) */")) }
                try await observer.wait(for: running)
                await db.close()
                let error = try await failure { try await task.value }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .closed && connection.phase == .query)
                #expect(
                    "\(error)"
                        == "the connection to \(db.endpoint) was closed while the statement was under way: whether it "
                        + "was carried out is not known")
                try await expectFailure(
                    "the connection to \(db.endpoint) ended in an earlier call (\(error)): open another"
                ) {
                    try await db.execute("SELECT 1")
                }
                await db.close()
                try await observer.wait(for: "NOT (\(running))")
            }
        }

        @Test(arguments: LiveServer.direct) func aTerminatedBackendSaysWhy(_ server: LiveServer) async throws {
            try await server.observed { observer in
                let db = try await Connection.connect(server.configuration)
                let pid = try #require(db.backendProcessID)
                // While it is idle: what the server said on its way out is there when the next call looks.
                try await observer.execute("SELECT pg_terminate_backend(\(pid))")
                try await observer.wait(for: "NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid))")
                let error = try await serverFailure { try await db.execute("SELECT 1") }
                #expect(error.sqlState == .adminShutdown && error.isFatal)
                #expect(
                    error.description == "FATAL: terminating connection due to administrator command (SQLSTATE 57P01)")
                // In the middle of a statement.
                let busy = try await Connection.connect(server.configuration)
                let busyPID = try #require(busy.backendProcessID)
                let task = Task { try await busy.execute("SELECT pg_sleep(600)") }
                try await observer.wait(
                    for: "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = \(busyPID)")
                try await observer.execute("SELECT pg_terminate_backend(\(busyPID))")
                let late = try await serverFailure { try await task.value }
                #expect(late.sqlState == .adminShutdown)
                for ended in [db, busy] {
                    try await expectFailure(
                        "the connection to \(db.endpoint) ended in an earlier call (FATAL: terminating connection due to "
                            + "administrator command (SQLSTATE 57P01)): open another"
                    ) {
                        try await ended.execute("SELECT 1")
                    }
                }
                await db.close()
                await busy.close()
            }
        }
    }
}

/// What several tasks note down.
final class Log<Element: Sendable>: Sendable {
    private let entries = Mutex<[Element]>([])
    var all: [Element] { entries.withLock { $0 } }

    /// Returns how many there are then.
    @discardableResult
    func append(_ entry: Element) -> Int {
        entries.withLock { entries in
            entries.append(entry)
            return entries.count
        }
    }
}

/// Closed until it is opened; those who wait before are let through then.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func waitUntilSomebodyWaits() async throws {
        try await eventually("somebody waits at the gate") { state.withLock { !$0.waiters.isEmpty } }
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
