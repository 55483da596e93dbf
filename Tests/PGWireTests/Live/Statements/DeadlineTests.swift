import PGWire
import Testing

extension Live {
    /// The timeout of a call: the server enforces it, and it leaves nothing behind.
    @Suite struct Deadlines {
        private static let setting: SQL = "SELECT current_setting('statement_timeout')"

        /// A timeout that was to be set with a statement that is not sent does not count as set.
        @Test(arguments: LiveServer.allCases) func aStatementThatCannotBeSentLeavesTheTimeoutUnset(
            _ server: LiveServer
        ) async throws {
            try await server.connected { db in
                try await db.transaction { tx in
                    await #expect(throws: PostgresError.self) {
                        try await tx.execute("SELECT '\0'", timeout: .seconds(7))
                    }
                    let setting = try await tx.fetchOne(
                        "SELECT current_setting('statement_timeout')", as: String.self, timeout: .seconds(7))
                    #expect(setting == "7s")
                    // Nor a COPY that cannot.
                    await #expect(throws: PostgresError.self) {
                        try await tx.copyOut("COPY (SELECT 1) TO STDOUT\0", timeout: .seconds(8)) { _ in }
                    }
                    let copied = try await tx.fetchOne(
                        "SELECT current_setting('statement_timeout')", as: String.self, timeout: .seconds(8))
                    #expect(copied == "8s")
                }
                // A block that a statement opens by itself keeps the timeout that came with it.
                try await db.execute("BEGIN", timeout: .seconds(7))
                let setting = try await db.fetchOne(
                    "SELECT current_setting('statement_timeout')", as: String.self, timeout: .zero)
                #expect(setting == "0")
                try await db.execute("ROLLBACK")
            }
        }

        /// What must stand alone is ended by the client.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func endWhatStandsAlone(_ server: LiveServer) async throws
        {
            try await server.connected { db in
                let clock = ContinuousClock.now
                let error = try await failure {
                    try await db.execute("DO $$ BEGIN PERFORM pg_sleep(600); END $$", timeout: .milliseconds(100))
                }
                guard case .connection(let own) = error else { throw error }
                #expect(own.reason == .timedOut)
                #expect(.now - clock < .seconds(6))
                #expect(try await db.fetchOne(Self.setting, as: String.self) == "0")
                // A block that is opened so has no timeout until one is set.
                try await db.execute("BEGIN", timeout: .seconds(7))
                try await db.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", timeout: .seconds(7))
                #expect(try await db.fetchOne(Self.setting, as: String.self, timeout: .seconds(6)) == "6s")
                #expect(try await db.fetchOne(Self.setting, as: String.self) == "0")
                try await db.execute("ROLLBACK")
            }
        }

        @Test(arguments: LiveServer.allCases) func endAStatementOnTime(_ server: LiveServer) async throws {
            try await server.connected { db in
                let clock = ContinuousClock.now
                let error = try await serverFailure {
                    try await db.execute("SELECT pg_sleep(600)", timeout: .milliseconds(120))
                }
                #expect(error.sqlState == .queryCanceled)
                #expect(error.message == "canceling statement due to statement timeout")
                #expect((.milliseconds(120) ..< .seconds(2)).contains(.now - clock))
                // Scripts are ended by the client.
                let script = ContinuousClock.now
                try await expectFailure(
                    "\(db.endpoint) did not finish the statement within 0.12 s: it was cancelled; give the call a longer "
                        + "timeout, or look what the statement waits for in pg_stat_activity"
                ) {
                    try await db.execute(script: "SELECT pg_sleep(600)", timeout: .milliseconds(120))
                }
                #expect((.milliseconds(120) ..< .seconds(2)).contains(.now - script))
                #expect(try await db.fetchOne(Self.setting, as: String.self) == "0")
                let (within, one) = try await db.fetchOne(
                    "SELECT current_setting('statement_timeout'), 1", as: (String, Int).self,
                    timeout: .milliseconds(1500))
                #expect(within == "1500ms" && one == 1)
                #expect(try await db.fetchOne(Self.setting, as: String.self) == "0")
            }
        }

        /// Behind a transaction pooler another client gets the same server connection.
        @Test(arguments: LiveServer.allCases) func leaveNothingBehind(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await server.connected { other in
                    let pid = "SELECT pg_backend_pid(), current_setting('statement_timeout')" as SQL
                    for timeout: Duration in [.seconds(7), .milliseconds(1)] {
                        _ = try? await db.execute("SELECT pg_sleep(0.05)", timeout: timeout)
                        let mine = try await db.fetchOne(pid, as: (Int, String).self)
                        let theirs = try await other.fetchOne(pid, as: (Int, String).self)
                        #expect(mine.1 == "0" && theirs.1 == "0")
                        // The pooler lends the one connection that it has to both; else this would prove nothing.
                        #expect((mine.0 == theirs.0) == (server == .pgBouncer))
                    }
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func holdInTransactions(_ server: LiveServer) async throws {
            try await server.connected { db in
                let seen = try await db.transaction { tx in
                    let inside = try await tx.fetchOne(Self.setting, as: String.self, timeout: .seconds(5))
                    // A call without one does not inherit it, nor does a sequence of calls.
                    let after = try await tx.fetchOne(Self.setting, as: String.self)
                    let again = try await tx.fetchOne(Self.setting, as: String.self, timeout: .seconds(6))
                    return [inside, after, again]
                }
                #expect(seen == ["5s", "0", "6s"])
                let error = try await serverFailure {
                    try await db.transaction { tx in
                        try await tx.execute("SELECT 1")
                        try await tx.execute("SELECT pg_sleep(600)", timeout: .milliseconds(50))
                    }
                }
                #expect(error.sqlState == .queryCanceled)
                #expect(try await db.fetchOne(Self.setting, as: String.self) == "0")
            }
        }

        @Test(arguments: LiveServer.allCases) func comeFromTheConfiguration(_ server: LiveServer) async throws {
            try await server.connected {
                $0.statementTimeout = .milliseconds(250)
            } _: { db in
                #expect(
                    try await serverFailure { try await db.execute("SELECT pg_sleep(600)") }.sqlState == .queryCanceled)
                #expect(try await db.fetchOne(Self.setting, as: String.self) == "250ms")
                #expect(try await db.fetchOne(Self.setting, as: String.self, timeout: .seconds(3)) == "3s")
                #expect(try await db.fetchOne(Self.setting, as: String.self, timeout: .zero) == "0")
                // Rows that the reader takes its time for do not count once the server is done; the stream still works.
                var count = 0
                for try await _ in db.query("SELECT generate_series(1, 5000)", timeout: .seconds(9)) { count += 1 }
                #expect(count == 5000)
            }
        }
    }
}
