import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What was written on the primary is seen by what is read on a standby.
    @Suite struct ReadsAfterWrites {
        private static let isStandby: SQL = "SELECT pg_is_in_recovery()"

        @Test(arguments: [15, 18]) func ownWritesAreSeenOnAStandby(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            try await pair.delayReplay(by: 10)
            // The default is to make no difference: there a snapshot lasts for the whole transaction.
            for options in ["", "&options=-c%20default_transaction_isolation%3Drepeatable%5C%20read"] {
                try await pair.withPools(fallsBack: false, options: options) { servers in
                    let created = try await servers.write { tx in
                        try await tx.execute("DROP TABLE IF EXISTS note")
                        try await tx.execute("CREATE TABLE note (id int PRIMARY KEY)")
                    }
                    try await servers.read(after: created.lsn) { _ = try await $0.execute("SELECT FROM note") }
                    try await ownWritesAreSeen(servers)
                }
            }
            await pair.stop()
        }

        private func ownWritesAreSeen(_ servers: ReplicatedPool) async throws {
            let missed = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        var missed = 0
                        for id in (0..<20).map({ task * 20 + $0 }) {
                            let (written, lsn) = try await servers.write(settings: Self.settings(id)) { tx in
                                try await tx.fetchOne("INSERT INTO note VALUES (\(id)) RETURNING id", as: Int.self)
                            }
                            #expect(written == id)
                            missed += try await Self.count(id, servers, after: nil) == 0 ? 1 : 0
                            #expect(try await Self.count(id, servers, after: lsn) == 1, "\(id) at \(lsn)")
                        }
                        return missed
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(missed > 0, "the standby was never behind, so nothing was proved")
        }

        /// A commit may be answered before anything of it is written.
        private static func settings(_ id: Int) -> TransactionSettings {
            id.isMultiple(of: 2) ? [:] : ["synchronous_commit": "off"]
        }

        /// By each way to read.
        private static func count(_ id: Int, _ servers: ReplicatedPool, after lsn: LogSequenceNumber?) async throws
            -> Int
        {
            let sql: SQL = "SELECT count(*)::int, pg_is_in_recovery() FROM note WHERE id = \(id)"
            let (count, isStandby) =
                switch id % 4 {
                case 0: try await servers.pipeline(after: lsn) { try $0.fetchOne(sql, as: (Int, Bool).self) }
                case 1: try await servers.read(after: lsn) { try await $0.fetchOne(sql, as: (Int, Bool).self) }
                case 2:
                    try await servers.read(after: lsn, isolation: .repeatableRead) {
                        try await $0.fetchOne(sql, as: (Int, Bool).self)
                    }
                default:
                    try await servers.read(after: lsn, settings: .statementTimeout(.seconds(5))) {
                        try await $0.fetchOne(sql, as: (Int, Bool).self)
                    }
                }
            #expect(isStandby)
            return count
        }

        @Test(arguments: [15]) func throughPgBouncer(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            try await pair.delayReplay(by: 10)
            let front = try await LocalPgBouncer.start(inFrontOf: pair.primary)
            let back = try await LocalPgBouncer.start(inFrontOf: pair.standby)
            func pool(_ pooler: LocalPgBouncer) throws -> NullPool {
                var configuration = try Connection.Configuration(pooler.connectionURI)
                configuration.poolerMode = .transaction
                configuration.statementTimeout = .seconds(10)
                return NullPool(configuration, maximumConnections: 8)
            }
            var servers = ReplicatedPool(primary: try pool(front), standbys: try pool(back))
            servers.options.fallsBackToPrimary = false
            servers.options.timeout = .seconds(20)
            let created = try await servers.write { _ = try await $0.execute("CREATE TABLE note (id int PRIMARY KEY)") }
            // The standby has no such table yet, which is no reason to fail.
            let rows = try await servers.pipeline(after: created.lsn) {
                try $0.fetchAll("SELECT id FROM note", as: Int.self)
            }
            #expect(rows == [])
            try await ownWritesAreSeen(servers)
            await back.stop()
            await front.stop()
            await pair.stop()
        }

        @Test(arguments: [15]) func aPausedStandby(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            try await pair.onPrimary { _ = try await $0.execute("CREATE TABLE note (id int)") }
            let before = try await pair.onPrimary { try await $0.currentLSN() }
            try await pair.withPools { try await $0.read(after: before) { _ in } }
            try await pair.pauseReplay()
            let lsn = try await pair.withPools(within: .milliseconds(200)) { servers in
                let lsn = try await servers.write { _ = try await $0.execute("INSERT INTO note VALUES (1)") }.lsn
                #expect(lsn > before)
                // What was there before is read from it as ever, and the rest from the primary.
                #expect(try await servers.read(after: before) { try await $0.fetchOne(Self.isStandby, as: Bool.self) })
                #expect(try await !servers.read(after: lsn) { try await $0.fetchOne(Self.isStandby, as: Bool.self) })
                #expect(try await !servers.pipeline(after: lsn) { try $0.fetchOne(Self.isStandby, as: Bool.self) })
                return lsn
            }
            try await pair.withPools(fallsBack: false, within: .milliseconds(200)) { servers in
                let start = ContinuousClock.now
                let error = try await connectionFailure {
                    try await servers.read(after: lsn) { _ in Issue.record("read") }
                }
                #expect((.milliseconds(200) ..< .seconds(5)).contains(.now - start))
                #expect(error.reason == .behind && PostgresError.connection(error).isSafeToRetry)
                #expect(
                    error.description.contains(
                        "the standby 127.0.0.1:\(pair.standby.port) has not replayed the log up to \(lsn) within 0.2 s: it is at "
                    ),
                    "\(error)")
                #expect(error.description.contains(", its replay is paused, and has"), "\(error)")
                let other = try await connectionFailure {
                    try await servers.pipeline(after: lsn) { try $0.fetchOne(Self.isStandby, as: Bool.self) }
                }
                #expect(other.reason == .behind)
                // The connections are in order.
                #expect(try await servers.read(after: before) { try await $0.fetchOne("SELECT 7", as: Int.self) } == 7)
            }
            // It goes on while it is waited for.
            try await pair.withPools(fallsBack: false) { servers in
                async let resumed: Void = {
                    try await pair.waitForQuestions()
                    try await pair.resumeReplay()
                }()
                let (count, isStandby) = try await servers.pipeline(after: lsn) { p in
                    (
                        try p.fetchOne("SELECT count(*) FROM note", as: Int.self),
                        try p.fetchOne(Self.isStandby, as: Bool.self)
                    )
                }
                #expect(count == 1 && isStandby)
                try await resumed
            }
            await pair.stop()
        }

        /// The wait ends with its task, and leaves the connection in order.
        @Test func aWaitIsCancelled() async throws {
            let pair = try await ServerPair.start(17)
            try await pair.pauseReplay()
            let lsn = try await pair.onPrimary { db in
                try await db.transactionWithLSN { _ = try await $0.execute("CREATE TABLE note (id int)") }.lsn
            }
            try await pair.onStandby { db in
                for isPipeline in [false, true] {
                    let task = Task {
                        if isPipeline {
                            _ = try await db.pipeline(after: lsn, within: .seconds(60)) { try $0.execute("SELECT 1") }
                        } else {
                            try await db.readTransaction(after: lsn, within: .seconds(60)) { _ in }
                        }
                    }
                    try await pair.waitForQuestions()
                    let start = ContinuousClock.now
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(.now - start < .seconds(5))
                    try await db.expectEcho(of: 7)
                }
            }
            await pair.stop()
        }
    }
}
