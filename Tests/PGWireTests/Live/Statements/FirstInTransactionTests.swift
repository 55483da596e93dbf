import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// What has to come before everything that reads does so, whatever the driver sends along with statements.
    @Suite(.serialized) struct FirstInTransactions {
        private static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

        private func connected(_ body: (Connection) async throws -> Void) async throws {
            for (timeout, isTraced) in [(nil, false), (Duration.seconds(60), false), (nil, true), (.seconds(60), true)]
            {
                try await LiveServer.postgres17.connected {
                    $0.statementTimeout = timeout
                    if isTraced { $0.traceContext = .traceparent(setting: "app.traceparent") { Self.traceparent } }
                } _: { db in
                    try await body(db)
                }
            }
        }

        /// The snapshot of a transaction that has only one is not older than its lock.
        @Test(arguments: ["", "SET LOCAL lock_timeout = '20s'", "SAVEPOINT a"])
        func locks(_ before: String) async throws {
            try await LiveServer.postgres17.connected { other in
                try await other.execute("DROP TABLE IF EXISTS first_in_transaction")
                try await other.execute("CREATE TABLE first_in_transaction (id int)")
                var expected = 0
                try await connected { db in
                    expected += 1
                    try await other.execute(script: "BEGIN; INSERT INTO first_in_transaction VALUES (1)")
                    async let count = db.transaction(isolation: .repeatableRead) { tx in
                        if !before.isEmpty { try await tx.execute("\(raw: before)") }
                        try await tx.execute("LOCK TABLE first_in_transaction IN EXCLUSIVE MODE")
                        return try await tx.fetchOne("SELECT count(*)::int FROM first_in_transaction", as: Int.self)
                    }
                    try await other.wait(
                        for:
                            "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'first_in_transaction'::regclass"
                    )
                    try await other.execute("COMMIT")
                    #expect(try await count == expected)
                }
                try await other.execute("DROP TABLE first_in_transaction")
            }
        }

        /// As they are needed to copy what was there before a replication slot.
        @Test func snapshotsAndLevels() async throws {
            try await LiveServer.postgres17.connected { other in
                try await other.execute(script: "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
                let name = try await other.fetchOne("SELECT pg_export_snapshot()", as: String.self)
                try await connected { db in
                    try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
                        try await tx.execute("SET TRANSACTION SNAPSHOT '\(raw: name)'")
                        try await tx.execute("SELECT 1")
                    }
                    try await db.transaction { tx in
                        try await tx.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                        let level = try await tx.fetchOne("SHOW transaction_isolation", as: String.self)
                        #expect(level == "serializable")
                    }
                }
            }
        }

        /// That a pipeline that only reads must not write says nothing of the server: the pool keeps its connection.
        @Test func refusedWrites() async throws {
            var configuration = try await LiveServer.postgres17.configuration
            configuration.targetSession = .readWrite
            let pool = ConnectionPool(configuration)
            let servers = ReplicatedPool(primary: pool, standbys: pool)
            var processes: Set<Int32> = []
            for _ in 0..<3 {
                let error = try await serverFailure {
                    _ = try await servers.pipeline(after: nil) { p in
                        try p.fetchAll("CREATE TABLE no (id int)", as: Int.self)
                    }
                }
                #expect(error.sqlState == .readOnlySqlTransaction)
                processes.insert(
                    try await pool.withConnection { try await $0.fetchOne("SELECT pg_backend_pid()", as: Int32.self) })
            }
            #expect(processes.count == 1)
            await pool.close()
        }

        /// A cursor that has not been opened when its task is cancelled leaves alone whoever has the connection.
        @Test func cancelledBeforeTheCursor() async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute("SELECT 1")
                let isOpen = Mutex(false)
                let cursor = Task {
                    try await db.withCursor("SELECT 1", as: Int.self) { _ in isOpen.withLock { $0 = true } }
                }
                let sleep: SQL = "SELECT 7 FROM pg_sleep(3) /* of another task */"
                let other = Task { try await db.fetchOne(sleep, as: Int.self) }
                try await LiveServer.postgres17.connected { try await $0.wait(for: .isRunning("of another task")) }
                let start = ContinuousClock.now
                cursor.cancel()
                _ = await cursor.result
                #expect(start.duration(to: .now) < .seconds(2))
                #expect(try await other.value == 7)
                let count = try await db.withCursor("SELECT 1", as: Int.self) { try await $0.next(5).count }
                #expect(count == 1)
            }
        }
    }
}
