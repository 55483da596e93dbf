import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What is done on a socket executor goes as anywhere else, on one thread.
    @Suite struct SocketExecutors {
        /// Runs `body` on an executor of its own with so many connections that were made there.
        private func onLoop<R: Sendable>(
            _ server: LiveServer, connections count: Int = 1,
            _ body: @Sendable ([Connection]) async throws -> R
        ) async throws -> R {
            let configuration = try await server.configuration
            let executor = try SocketExecutor()
            return try await withTaskExecutorPreference(executor) {
                var connections: [Connection] = []
                for _ in 0..<count { connections.append(try await Connection.connect(configuration)) }
                defer { for connection in connections { Task { await connection.close() } } }
                return try await body(connections)
            }
        }

        @Test(arguments: LiveServer.allCases) func manyAtOnce(_ server: LiveServer) async throws {
            let sum = try await onLoop(server, connections: 20) { connections in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for (index, db) in connections.enumerated() {
                        group.addTask {
                            var sum = 0
                            for round in 0..<100 {
                                sum += try await db.fetchOne("SELECT \(index * round)", as: Int.self)
                            }
                            return sum
                        }
                    }
                    return try await group.reduce(0, +)
                }
            }
            #expect(sum == (0..<20).reduce(0, +) * (0..<100).reduce(0, +))
        }

        /// More than fits in any buffer, both ways, where the system tells only once that there is something.
        @Test(arguments: LiveServer.allCases) func muchAtOnce(_ server: LiveServer) async throws {
            try await onLoop(server, connections: 3) { connections in
                try await withThrowingTaskGroup { group in
                    for db in connections {
                        group.addTask {
                            let text = String(repeating: "0123456789abcdef", count: 200_000)
                            let length = try await db.fetchOne("SELECT length(\(text)::text)", as: Int32.self)
                            #expect(length == 3_200_000)
                            var sum = 0
                            try await db.forEachRow(
                                "SELECT i, repeat('x', 300) FROM generate_series(1, 100000) i", as: (Int32, String).self
                            ) { number, text in
                                sum += Int(number) + text.utf8.count
                            }
                            #expect(sum == 5_000_050_000 + 30_000_000)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func cancellationsAndTimeouts(_ server: LiveServer) async throws {
            try await onLoop(server) { connections in
                let db = connections[0]
                for turns in [0, 1, 10, 1000] {
                    let task = Task { try await db.execute("SELECT pg_sleep(600)") }
                    for _ in 0..<turns { await Task.yield() }
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    let error = try await serverFailure {
                        try await db.execute("SELECT pg_sleep(600)", timeout: .milliseconds(1 + turns / 20))
                    }
                    #expect(error.sqlState == .queryCanceled)
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// Whoever asks again and again leaves the thread to others that want it.
        @Test func isShared() async throws {
            try await onLoop(.postgres17) { connections in
                let done = Gate()
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        for _ in 0..<1000 where !done.isOpen {
                            try await connections[0].execute("SELECT 1")
                        }
                        #expect(done.isOpen, "1000 queries, and nobody else was let in")
                    }
                    group.addTask {
                        for _ in 0..<100 { await Task.yield() }
                        done.open()
                    }
                    try await group.waitForAll()
                }
            }
        }

        /// A connection that was made on an executor, used by a task on Swift's own threads, and outliving the executor.
        @Test(arguments: LiveServer.direct) func fromElsewhere(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            var executor: SocketExecutor? = try SocketExecutor()
            let db = try await withTaskExecutorPreference(executor) { try await Connection.connect(configuration) }
            for round in 0..<200 { #expect(try await db.fetchOne("SELECT \(round)", as: Int.self) == round) }
            executor = nil
            #expect(try await db.fetchOne("SELECT 1 FROM pg_sleep(0.05)", as: Int.self) == 1)
            let pid = try #require(db.backendProcessID)
            let task = Task { try await db.execute("SELECT pg_sleep(600)") }
            try await server.observed { observer in
                try await observer.wait(
                    for: "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = \(pid)")
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await db.close()
        }
    }
}
