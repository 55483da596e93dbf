import PGWire
import Testing

extension Live {
    /// What comes between: cancellation, timeouts, and the end of the connection.
    @Suite struct SavepointInterruptions {
        @Test(arguments: LiveServer.allCases) func aTimeout(_ server: LiveServer) async throws {
            try await server.withTable("n int") { db, table in
                try await db.transaction { tx in
                    let error = try await serverFailure {
                        try await tx.savepoint { sp in
                            try await sp.execute("INSERT INTO \(identifier: table) VALUES (1)")
                            try await sp.execute("SELECT pg_sleep(30)", timeout: .milliseconds(100))
                        }
                    }
                    #expect(error.sqlState == .queryCanceled)
                    // The timeout of the one was not that of the others.
                    try await tx.execute("INSERT INTO \(identifier: table) SELECT 2 FROM pg_sleep(0.2)")
                }
                #expect(try await db.fetchAll("SELECT n FROM \(identifier: table)", as: Int.self) == [2])
            }
        }

        @Test(arguments: LiveServer.allCases) func cancellation(_ server: LiveServer) async throws {
            let mark = "savepoint_\(UInt32.random(in: 0 ... .max))"
            try await server.withTable("n int") { db, table in
                let task = Task {
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO \(identifier: table) VALUES (1)")
                        do {
                            try await tx.savepoint { sp in
                                try await sp.execute("INSERT INTO \(identifier: table) VALUES (2)")
                                try await sp.execute("SELECT pg_sleep(60) /* \(raw: mark) */")
                            }
                        } catch is CancellationError {
                            // The savepoint is rolled back all the same, and COMMIT goes through.
                        }
                    }
                }
                try await server.observed { try await $0.wait(for: .isRunning(mark)) }
                task.cancel()
                try await task.value
                #expect(try await db.fetchAll("SELECT n FROM \(identifier: table)", as: Int.self) == [1])
            }
        }

        /// What the body throws comes out although its rollback finds nobody there.
        @Test(arguments: LiveServer.allCases) func theEndOfTheConnection(_ server: LiveServer) async throws {
            try await server.connected { db in
                let error = try await failure {
                    try await db.transaction { tx in
                        try await tx.savepoint { outer in
                            try await outer.savepoint { sp in
                                try await sp.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                            }
                        }
                    }
                }
                switch error {
                case .server(let error): #expect(error.sqlState == .adminShutdown)
                case .connection(let error): #expect(error.reason == .lost)
                default: throw error
                }
                await #expect(throws: Stop.self) {
                    try await server.connected { db in
                        try await db.transaction { tx in
                            try await tx.savepoint { sp in
                                _ = try? await sp.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                                throw Stop()
                            }
                        }
                    }
                }
            }
        }

        /// A sequence left half read inside is no obstacle.
        @Test(arguments: LiveServer.allCases) func stoppingEarly(_ server: LiveServer) async throws {
            try await server.connected { db in
                let count = try await db.transaction { tx in
                    try await tx.savepoint { sp in
                        for try await _ in sp.query("SELECT generate_series(1, 20000)") { break }
                    }
                    await #expect(throws: Stop.self) {
                        try await tx.savepoint { sp in
                            for try await _ in sp.query("SELECT generate_series(1, 20000)") { throw Stop() }
                        }
                    }
                    return try await tx.fetchOne("SELECT 3", as: Int.self)
                }
                #expect(count == 3)
            }
        }
    }
}
