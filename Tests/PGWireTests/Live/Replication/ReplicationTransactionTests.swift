import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Whole transactions, whatever way they come.
    @Suite struct ReplicationTransactions {
        private static let script = "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR TABLE t"

        /// The next transactions, in words.
        private func transactions(
            _ publisher: Publisher, _ count: Int, _ options: Replication.Options
        ) async throws -> [ReplicatedTransaction] {
            try await publisher.replicate(options) { replication in
                var all: [ReplicatedTransaction] = []
                for try await case .transaction(let transaction) in replication.transactions() {
                    all.append(transaction)
                    replication.acknowledge(transaction.endLSN)
                    if all.count == count { break }
                }
                return all
            }
        }

        @Test(arguments: [(LogicalServer.postgres15, false), (.postgres17, true), (.postgres18, true)])
        func twoPhase(_ server: LogicalServer, isStreamed: Bool) async throws {
            try await server.withDatabase(Self.script) { publisher in
                var slot = ReplicationSlotOptions()
                slot.twoPhase = true
                try await publisher.createSlot(slot)
                // Enough to be streamed while it is under way.
                let many = isStreamed ? 2000 : 2
                try await publisher.db.execute(
                    script: """
                        BEGIN; INSERT INTO t SELECT i, repeat('x', 50) FROM generate_series(1, \(many)) i; PREPARE TRANSACTION 'a ''é';
                        """)
                try await publisher.db.execute(script: "BEGIN; INSERT INTO t VALUES (-1); PREPARE TRANSACTION 'b'")
                try await publisher.db.execute(script: "COMMIT PREPARED 'a ''é'")
                try await publisher.db.execute(script: "ROLLBACK PREPARED 'b'")
                var options = Replication.Options.quick
                options.twoPhase = true
                options.streaming = isStreamed ? .on : .off
                let all = try await transactions(publisher, 4, options)
                #expect(
                    all.map(\.outcome) == [
                        .prepared("a 'é"), .prepared("b"), .preparedCommitted("a 'é"), .preparedRolledBack("b"),
                    ])
                #expect(all.map(\.changes.count) == [many, 1, 0, 0])
                #expect(all[0].id == all[2].id)
                #expect(all[1].id == all[3].id)
                #expect(zip(all, all.dropFirst()).allSatisfy { $0.endLSN < $1.endLSN })
                // All are acknowledged.
                #expect(try await publisher.changes() == [])
            }
        }

        /// Two that are large and under way at once, with parts that are undone.
        @Test(arguments: [
            (LogicalServer.postgres15, Replication.Options.Streaming.on), (.postgres17, .off), (.postgres18, .on),
            (.postgres18, .parallel),
        ])
        func streamed(_ server: LogicalServer, _ streaming: Replication.Options.Streaming) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                func rows(_ start: Int) -> String {
                    "INSERT INTO t SELECT i, repeat('x', 50) FROM generate_series(\(start), \(start + 999)) i"
                }
                try await Connection.withConnection(publisher.configuration) { other in
                    try await publisher.db.execute(script: "BEGIN; \(rows(0))")
                    try await other.execute(
                        script: "BEGIN; \(rows(10_000)); SAVEPOINT a; \(rows(20_000)); SAVEPOINT b; \(rows(30_000))")
                    try await publisher.db.execute(script: "\(rows(1000)); INSERT INTO t VALUES (-1, 'first')")
                    try await other.execute(
                        script: "ROLLBACK TO a; \(rows(40_000)); INSERT INTO t VALUES (-2, 'second')")
                    try await publisher.db.execute(
                        script: "COMMIT; BEGIN; \(rows(50_000)); ROLLBACK; INSERT INTO t VALUES (-3, 'third')")
                    try await other.execute(script: "COMMIT")
                }
                var options = Replication.Options.quick
                options.streaming = streaming
                let events = try await publisher.events(options)
                let isStreamed = events.contains { if case .streamStart = $0.content { true } else { false } }
                #expect(isStreamed == (streaming != .off))
                if streaming != .off {
                    let aborts = events.compactMap { event in
                        if case .streamAbort(let abort) = event.content { abort } else { nil }
                    }
                    #expect(aborts.contains { !$0.isWhole })
                    // From PostgreSQL 18 on it may know beforehand what came to nothing.
                    #expect(aborts.contains { $0.isWhole } || server == .postgres18)
                    #expect(aborts.allSatisfy { ($0.lsn != nil) == (streaming == .parallel) })
                }
                let all = try await transactions(publisher, 3, options)
                #expect(all.map(\.outcome) == [.committed, .committed, .committed])
                #expect(
                    all.map { $0.changes.last?.words } == [
                        "insert t(-1, first)", "insert t(-3, third)", "insert t(-2, second)",
                    ])
                #expect(all.map(\.changes.count) == [2001, 1, 2001])
                let ids = try all[2].changes.compactMap { change in
                    if case .insert(let row) = change { try row.decode("id", as: Int.self) } else { nil }
                }
                #expect(ids == Array(10_000...10_999) + Array(40_000...40_999) + [-2])
            }
        }

        /// What is too large to be held is told, and does not fill the memory.
        @Test func tooLarge() async throws {
            try await LogicalServer.postgres17.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    "INSERT INTO t SELECT i, repeat('x', 50) FROM generate_series(1, 1000) i")
                try await publisher.replicate { replication in
                    for _ in 0..<2 {
                        let error = try await failure {
                            for try await _ in replication.transactions(maximumSize: 10_000) {}
                        }
                        #expect("\(error)".contains("more than the 10000 bytes that are to be held"))
                    }
                }
            }
        }
    }
}
