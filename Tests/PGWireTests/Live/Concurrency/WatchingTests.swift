import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Where many connections are in use, their sockets come to be watched for good; where one is used alone again, or brings
    /// much, they no longer are. Nothing that has come is missed on the way from one to the other.
    @Suite struct Watching {
        /// Runs `body` while another connection waits for its server, so that nobody waits on a thread of its own.
        private func inCompany(_ server: LiveServer, _ body: () async throws -> Void) async throws {
            try await server.connected { other in
                let waiter = Task { try await other.execute("SELECT pg_sleep(600)") }
                defer { waiter.cancel() }
                try await body()
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
        }

        private func query(_ db: Connection, times count: Int) async throws {
            for number in 0..<count {
                let answer = try await db.fetchOne("SELECT \(number)", as: Int.self)
                #expect(answer == number)
            }
        }

        @Test(arguments: LiveServer.allCases) func changes(_ server: LiveServer) async throws {
            try await server.connected { db in
                for _ in 0..<3 {
                    try await query(db, times: 100)
                    try await inCompany(server) { try await query(db, times: 100) }
                }
            }
        }

        /// More than fits in any buffer, both ways, while the socket is watched for good.
        @Test(arguments: LiveServer.allCases) func much(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await inCompany(server) {
                    for _ in 0..<3 {
                        try await query(db, times: 50)
                        let text = String(repeating: "0123456789abcdef", count: 200_000)
                        let length = try await db.fetchOne("SELECT length(\(text)::text)", as: Int32.self)
                        #expect(length == 3_200_000)
                        var sum = 0
                        try await db.forEachRow(
                            "SELECT i, repeat('x', 300) FROM generate_series(1, 20000) i", as: (Int32, String).self
                        ) { number, text in sum += Int(number) + text.utf8.count }
                        #expect(sum == 200_010_000 + 6_000_000)
                    }
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func interruptions(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await inCompany(server) {
                    for _ in 0..<10 {
                        try await query(db, times: 40)
                        let task = Task { try await db.execute("SELECT pg_sleep(600)") }
                        await Task.yield()
                        task.cancel()
                        await #expect(throws: CancellationError.self) { try await task.value }
                        let error = try await serverFailure {
                            try await db.execute("SELECT pg_sleep(600)", timeout: .milliseconds(5))
                        }
                        #expect(error.sqlState == .queryCanceled)
                    }
                }
                try await query(db, times: 40)
            }
        }

        @Test(arguments: [LiveServer.postgres17, .postgres18]) func manyConnectionsAtOnce(_ server: LiveServer)
            async throws
        {
            let configuration = try await server.configuration
            try await withThrowingTaskGroup { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await Connection.withConnection(configuration) { db in
                            try await query(db, times: 200)
                            let error = try await serverFailure { try await db.execute("SELECT 1 / 0") }
                            #expect(error.sqlState == .divisionByZero)
                            try await query(db, times: 50)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
