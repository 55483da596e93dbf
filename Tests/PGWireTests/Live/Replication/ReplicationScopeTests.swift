import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What is acknowledged, and what is left behind: nothing.
    @Suite struct ReplicationScopes {
        private static let script = "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR TABLE t"

        private static func insert(_ ids: Range<Int>, _ publisher: Publisher) async throws {
            for id in ids { try await publisher.db.execute("INSERT INTO t VALUES (\(id))") }
        }

        /// The next `count` rows' keys; those up to and with `last` are acknowledged.
        private static func take(
            _ count: Int, acknowledging last: Int, _ publisher: Publisher, _ options: Replication.Options = .quick
        ) async throws -> [Int] {
            try await publisher.replicate(options) { replication in
                var ids: [Int] = []
                for try await case .transaction(let transaction) in replication.transactions() {
                    guard case .insert(let row)? = transaction.changes.first else { continue }
                    ids.append(try row.decode("id"))
                    if ids.count <= last { replication.acknowledge(transaction.endLSN) }
                    if ids.count == count { break }
                }
                return ids
            }
        }

        @Test(arguments: LogicalServer.allCases) func unacknowledgedComesAgain(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await Self.insert(0..<6, publisher)
                #expect(try await Self.take(4, acknowledging: 2, publisher) == [0, 1, 2, 3])
                // The end of the scope has told it, and the server has let go of the slot.
                #expect(
                    try await publisher.server.fetchOne(
                        "SELECT active FROM pg_replication_slots WHERE slot_name = \(publisher.slot)", as: Bool.self)
                        == false)
                #expect(try await Self.take(4, acknowledging: 0, publisher) == [2, 3, 4, 5])
                // The place can be kept by the consumer, too.
                let all = try await publisher.replicate { replication in
                    var all: [ReplicatedTransaction] = []
                    for try await case .transaction(let transaction) in replication.transactions() {
                        all.append(transaction)
                        if all.count == 4 { break }
                    }
                    return all
                }
                var options = Replication.Options.quick
                options.startingAt = all[2].endLSN
                #expect(try await Self.take(1, acknowledging: 0, publisher, options) == [5])
                #expect(try await Self.take(1, acknowledging: 1, publisher) == [5])
                // What was acknowledged before is not taken back by a place that is older.
                let confirmed = try await publisher.confirmed()
                options.startingAt = all[0].endLSN
                try await publisher.replicate(options) { #expect($0.acknowledged >= confirmed) }
                #expect(try await publisher.confirmed() >= confirmed)
            }
        }

        /// What is of no concern is acknowledged, too, once all else is: else the server would keep its log for ever.
        /// What is written before a place that the log has not come to would be kept back in silence.
        @Test(arguments: LogicalServer.allCases) func aPlaceBeyondTheLog(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await Self.insert(0..<2, publisher)
                let confirmed: SQL =
                    "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = \(publisher.slot)"
                let before = try await publisher.server.fetchOne(confirmed, as: LogSequenceNumber.self)
                for beyond in [try await publisher.db.currentLSN().rawValue + 1 << 20, 0xFF << 32] {
                    var options = Replication.Options.quick
                    options.startingAt = LogSequenceNumber(rawValue: beyond)
                    let error = try await connectionFailure { try await publisher.replicate(options) { _ in } }
                    #expect(error.reason == .writeLost && error.description.contains("make a new slot"), "\(error)")
                }
                #expect(try await publisher.server.fetchOne(confirmed, as: LogSequenceNumber.self) == before)
                #expect(try await Self.take(2, acknowledging: 0, publisher) == [0, 1])
            }
        }

        @Test func idleSlotsMoveOn() async throws {
            try await LogicalServer.postgres17.withDatabase(Self.script + "; CREATE TABLE other (a int)") { publisher in
                try await publisher.createSlot()
                var options = Replication.Options.quick
                options.statusInterval = .milliseconds(20)
                try await publisher.replicate(options) { replication in
                    try await Self.insert(0..<1, publisher)
                    var iterator = replication.transactions().makeAsyncIterator()
                    guard case .transaction(let first)? = try await iterator.next() else { throw CancellationError() }
                    let waiting = Task { try await replication.transactions().makeAsyncIterator().first() }
                    try await publisher.db.execute("INSERT INTO other VALUES (1)")
                    let end = try await publisher.db.fetchOne("SELECT pg_current_wal_lsn()", as: LogSequenceNumber.self)
                    try await Task.sleep(for: .milliseconds(150))
                    // Nothing more than was acknowledged, which was nothing.
                    #expect(try await publisher.confirmed() < first.endLSN)
                    replication.acknowledge(first.endLSN)
                    replication.acknowledge(LogSequenceNumber(rawValue: .max))
                    replication.acknowledge(LogSequenceNumber(rawValue: 1))
                    try await publisher.server.wait(
                        for:
                            "SELECT confirmed_flush_lsn >= \(end) FROM pg_replication_slots WHERE slot_name = \(publisher.slot)"
                    )
                    let insert = try await publisher.db.fetchOne(
                        "SELECT pg_current_wal_lsn()", as: LogSequenceNumber.self)
                    #expect(try await publisher.confirmed() <= insert)
                    try await Self.insert(1..<2, publisher)
                    #expect(try await waiting.value == "insert t(1, NULL)")
                }
            }
        }

        private struct Ending: Error {}

        @Test(arguments: [
            (LogicalServer.postgres15, "return"), (.postgres17, "throw"), (.postgres18, "cancel"),
            (.postgres18, "return"),
        ])
        func nothingIsLeft(_ server: LogicalServer, _ way: String) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    "INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i")
                let task = Task {
                    try await publisher.replicate { replication in
                        var count = 0
                        for try await _ in replication {
                            count += 1
                            if way == "throw" { throw Ending() }
                            if count == 1000 {
                                if way == "return" { return }
                                withUnsafeCurrentTask { $0?.cancel() }
                            }
                        }
                    }
                }
                switch (way, await task.result) {
                case ("throw", .failure(is Ending)), ("cancel", .failure(is CancellationError)), ("return", .success):
                    break
                case (_, let result): Issue.record("\(result)")
                }
                let rows = try await publisher.server.fetchAll(
                    "SELECT state FROM pg_stat_replication WHERE pid IN (SELECT active_pid FROM pg_replication_slots WHERE slot_name = \(publisher.slot))",
                    as: String.self)
                #expect(rows == [])
                // Nothing was acknowledged.
                #expect(try await publisher.events().count > 20_000)
            }
        }

        /// From a temporary slot, on the connection that made it; which can be used afterwards, and not meanwhile.
        @Test(arguments: LogicalServer.allCases) func onOneConnection(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                var options = ReplicationSlotOptions()
                options.isTemporary = true
                try await ReplicationConnection.withConnection(publisher.configuration) { db in
                    try await db.createSlot(publisher.slot, options)
                    try await Self.insert(0..<1, publisher)
                    try await db.replicate(from: publisher.slot, publications: ["p"], .quick) { replication in
                        var iterator = replication.transactions().makeAsyncIterator()
                        #expect(try await iterator.next()?.words == ["insert t(0, NULL)"])
                        let error = try await failure { try await db.identifySystem() }
                        #expect("\(error)".contains("inside its closure use another connection"))
                    }
                    _ = try await db.identifySystem()
                    let error = try await failure {
                        try await db.replicate(from: publisher.slot, publications: ["p"]) { _ in }
                    }
                    #expect("\(error)".hasPrefix("the server streams once for each connection"))
                    try await db.dropSlot(publisher.slot)
                }
                try await ReplicationConnection.withConnection(publisher.configuration) { db in
                    try await db.createSlot(publisher.slot, options)
                    let lost = try await serverFailure {
                        try await db.replicate(from: publisher.slot, publications: ["p"], .quick) { replication in
                            try await publisher.terminate()
                            for try await _ in replication {}
                        }
                    }
                    #expect(lost.sqlState == .adminShutdown)
                }
            }
        }

        /// One who has carried the sequence out of its scope gets nothing more.
        @Test func carriedOut() async throws {
            try await LogicalServer.postgres17.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                let (kept, waiting) = try await publisher.replicate { replication in
                    let waiting = Task { try await replication.makeAsyncIterator().first() }
                    try await Task.sleep(for: .milliseconds(50))
                    return (replication, waiting)
                }
                _ = try await failure { try await waiting.value }
                let error = try await failure { try await kept.makeAsyncIterator().first() }
                #expect("\(error)".hasPrefix("the replication is over"))
                try await publisher.waitUntilFree()
            }
        }
    }
}

extension Replication.AsyncIterator {
    /// The next event.
    func first() async throws -> ReplicationEvent? {
        var copy = self
        return try await copy.next()
    }
}

extension Replication.Transactions.AsyncIterator {
    /// The first change of the next transaction, in words.
    func first() async throws -> String? {
        var copy = self
        guard case .transaction(let transaction)? = try await copy.next() else { return nil }
        return transaction.changes.first?.words
    }
}
