import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What a commit says of its place in the log.
    @Suite struct LogPositions {
        @Test(arguments: LiveServer.allCases) func aCommitSaysWhereItIs(_ server: LiveServer) async throws {
            try await server.connected { db in
                var last = try await db.currentLSN()
                for settings in [TransactionSettings(), ["synchronous_commit": "off"]] {
                    let name = "logged_\(UInt32.random(in: 0 ... .max))"
                    let (result, lsn) = try await db.transactionWithLSN(settings: settings) { tx in
                        try await tx.execute(
                            "CREATE TEMPORARY TABLE \(identifier: SQLIdentifier(name)) (number int) ON COMMIT DROP")
                        return try await tx.fetchOne("SELECT pg_current_wal_insert_lsn()", as: LogSequenceNumber.self)
                    }
                    #expect(lsn > result && result > last && lsn < .max)
                    last = lsn
                    #expect(try await db.currentLSN() >= lsn)
                }
                // A transaction that fails says nothing.
                let error = try await serverFailure {
                    try await db.transactionWithLSN { _ = try await $0.execute("SELECT 1/0") }
                }
                #expect(error.sqlState == .divisionByZero)
                let went = try await failure {
                    try await db.transactionWithLSN { tx in _ = try? await tx.execute("SELECT 1/0") }
                }
                guard case .usage(let text) = went else { throw went }
                #expect(text.contains("rolled back instead of committed"))
                try await db.expectEcho(of: 7)
            }
        }

        /// A constraint that is checked at the end.
        @Test(arguments: LiveServer.direct) func aCommitThatFails(_ server: LiveServer) async throws {
            try await server.connected { db in
                let error = try await serverFailure {
                    try await db.transactionWithLSN { tx in
                        try await tx.execute(
                            "CREATE TEMPORARY TABLE twice (number int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
                        try await tx.execute("INSERT INTO twice VALUES (1), (1)")
                    }
                }
                #expect(error.sqlState == .uniqueViolation)
                try await db.expectEcho(of: 7)
            }
        }

        @Test(arguments: [LiveServer.postgres17, .pgBouncer]) func itCostsNoFlight(_ server: LiveServer) async throws {
            try await server.connected { db in
                let lsn = try await db.currentLSN()
                for _ in 0..<2 {
                    // The second time what can be is prepared.
                    for (flights, run) in [
                        (2, { try await db.transaction { _ in } }),
                        (2, { try await db.transactionWithLSN { _ in } }),
                        (2, { try await db.readTransaction(after: lsn) { _ in } }),
                        (2, { try await db.readTransaction(after: lsn, settings: ["app.x": "1"]) { _ in } }),
                        (1, { try await db.pipeline(after: lsn) { try $0.fetchOne("SELECT 1", as: Int.self) } }),
                    ] as [(Int, () async throws -> Any)] {
                        let before = try await db.traffic().flights
                        _ = try await run()
                        #expect(try await db.traffic().flights - before == flights)
                    }
                }
            }
        }

        /// Where a record ends with its page, the next one comes after the next page's header, and a standby that has all says
        /// where that page begins.
        @Test(arguments: [15, 18]) func aRecordThatEndsWithItsPage(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            try await pair.onPrimary { db in
                let insert: SQL = "SELECT pg_current_wal_insert_lsn()"
                func emit(_ count: Int) -> SQL {
                    "SELECT pg_logical_emit_message(false, '', repeat('x', \(count)::int))"
                }
                var isMet = false
                for _ in 0..<200 where !isMet {
                    // Others write, too: what is in the way of a small record is learned from one.
                    let start = try await db.fetchOne(insert, as: LogSequenceNumber.self).rawValue
                    let rest = Int(8192 - start % 8192)
                    guard rest > 800 else {
                        try await db.execute(emit(rest))
                        continue
                    }
                    try await db.execute(emit(300))
                    let size = Int(try await db.fetchOne(insert, as: LogSequenceNumber.self).rawValue &- start)
                    guard size < 400 else { continue }
                    try await db.execute(emit(300 + rest - 2 * size))
                    let end = try await db.fetchOne(insert, as: LogSequenceNumber.self).rawValue
                    isMet = end % 8192 == 24 && end % (16 << 20) != 24
                    guard isMet else { continue }
                    let lsn = try await db.currentLSN()
                    #expect(lsn.rawValue == end - 24)
                    try await pair.onStandby { standby in
                        try await standby.readTransaction(after: lsn, within: .seconds(5)) { _ in }
                        // The standby is there, and by the place of insertion it would be behind.
                        let replayed = try await standby.fetchOne(
                            "SELECT pg_last_wal_replay_lsn()", as: LogSequenceNumber.self)
                        #expect(replayed == lsn)
                    }
                }
                #expect(isMet)
            }
            await pair.stop()
        }

        @Test func headersOfPages() {
            func place(_ number: UInt64, _ blockSize: Int64 = 8192, _ segmentSize: Int64 = 16 << 20) -> UInt64 {
                LogSequenceNumber(rawValue: number).beforePageHeader(blockSize: blockSize, segmentSize: segmentSize)
                    .rawValue
            }
            let segment: UInt64 = 16 << 20
            for page in [segment + 8192, segment * 7 - 8192] {
                #expect(place(page + 24) == page)
                for offset: UInt64 in [0, 16, 32, 40, 48, 8184] { #expect(place(page + offset) == page + offset) }
            }
            #expect(place(segment + 40) == segment)
            for offset: UInt64 in [0, 24, 32, 48] { #expect(place(segment + offset) == segment + offset) }
            // Another build has other pages; what makes no sense changes nothing.
            #expect(
                place(segment + 1024 + 24) == segment + 1024 + 24 && place(segment + 1024 + 24, 1024) == segment + 1024)
            for size: Int64 in [0, -1, .min] { #expect(place(24, size) == 24 && place(24, 8192, size) == 24) }
        }

        /// What was written is committed, whether or not somebody says where.
        @Test func whereTheServerDoesNotSay() async throws {
            let pair = try await ServerPair.start(17)
            try await pair.onPrimary { db in
                try await db.execute(
                    script: """
                        CREATE ROLE app LOGIN PASSWORD 'secret'; CREATE SCHEMA app AUTHORIZATION app;
                        REVOKE EXECUTE ON FUNCTION pg_current_wal_insert_lsn() FROM PUBLIC
                        """)
                let lsn = try await db.currentLSN()
                try await pair.onStandby { try await $0.readTransaction(after: lsn, within: .seconds(20)) { _ in } }
            }
            func pool(_ server: LocalPostgres) throws -> ConnectionPool {
                var configuration = try pair.configuration([server], "")
                configuration.user = "app"
                configuration.password = Secret("secret")
                return ConnectionPool(configuration)
            }
            let (primary, standby) = (try pool(pair.primary), try pool(pair.standby))
            let servers = ReplicatedPool(primary: primary, standbys: standby)
            try await servers.write { _ = try await $0.execute("CREATE TABLE app.note (id int)") }
            let (id, lsn) = try await servers.write {
                try await $0.fetchOne("INSERT INTO app.note VALUES (7) RETURNING id", as: Int.self)
            }
            #expect(id == 7 && lsn == .max)
            let found = try await pair.onPrimary { try await $0.fetchOne("SELECT id FROM app.note", as: Int.self) }
            #expect(found == 7)
            // What is read after it is read on the primary.
            let read = try await servers.read(after: lsn) {
                try await $0.fetchOne("SELECT id FROM app.note", as: Int.self)
            }
            let sent = try await servers.pipeline(after: lsn) {
                try $0.fetchOne("SELECT id FROM app.note", as: Int.self)
            }
            #expect(read == 7 && sent == 7)
            let error = try await serverFailure { try await primary.withConnection { try await $0.currentLSN() } }
            #expect(error.sqlState == .insufficientPrivilege)
            await primary.close()
            await standby.close()
            await pair.stop()
        }

        /// Behind every place is only the primary.
        @Test func theEnd() async throws {
            let pair = try await ServerPair.start(17)
            try await pair.withPools { servers in
                let isStandby: SQL = "SELECT pg_is_in_recovery()"
                #expect(try await !servers.read(after: .max) { try await $0.fetchOne(isStandby, as: Bool.self) })
                #expect(try await !servers.pipeline(after: .max) { try $0.fetchOne(isStandby, as: Bool.self) })
                var alone = servers
                alone.options.fallsBackToPrimary = false
                let error = try await connectionFailure { try await alone.read(after: .max) { _ in } }
                #expect(error.reason == .behind)
            }
            await pair.stop()
        }

        @Test func whatReadsCannotWrite() async throws {
            try await LiveServer.postgres17.connected { db in
                let lsn = try await db.currentLSN()
                let sql: SQL = "CREATE TABLE never (number int)"
                var error = try await serverFailure {
                    try await db.readTransaction(after: lsn) { try await $0.execute(sql) }
                }
                #expect(error.sqlState == .readOnlySqlTransaction)
                error = try await serverFailure { try await db.pipeline(after: lsn) { try $0.execute(sql) } }
                #expect(error.sqlState == .readOnlySqlTransaction)
                error = try await serverFailure {
                    try await db.pipeline(after: lsn, timeout: .milliseconds(50)) {
                        try $0.execute("SELECT pg_sleep(5)")
                    }
                }
                #expect(error.sqlState == .queryCanceled)
                // Nothing of that is left.
                try await db.execute("CREATE TEMPORARY TABLE now (number int)")
                #expect(try await db.fetchOne("SHOW statement_timeout", as: String.self) == "0")
            }
        }

        @Test func whatIsWrongToAsk() async throws {
            try await LiveServer.postgres17.connected { db in
                let lsn = try await db.currentLSN()
                try await expectFailure("a pipeline that reads after a place in the log is all under one Sync") {
                    try await db.pipeline(after: lsn) { p in
                        let first = try p.execute("SELECT 1")
                        try p.sync()
                        return (first, try p.execute("SELECT 2"))
                    }
                }
                try await db.execute("BEGIN")
                try await expectFailure(
                    "a transaction is open on the connection: what reads after a place in the log has one of its own"
                ) {
                    try await db.pipeline(after: lsn) { try $0.execute("SELECT 1") }
                }
                try await db.execute("ROLLBACK")
                try await db.expectEcho(of: 7)
            }
        }
    }
}
