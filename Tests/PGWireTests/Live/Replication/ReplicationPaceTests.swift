import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A consumer that is slow neither loses its connection nor takes memory.
    @Suite struct ReplicationPace {
        private static let script = "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR TABLE t"

        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func aSlowConsumer(_ server: LogicalServer)
            async throws
        {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await publisher.server.execute(
                    "ALTER DATABASE \(identifier: publisher.slot) SET wal_sender_timeout = '600ms'")
                // 24 MB, much more than fits in the system's buffers.
                try await publisher.db.execute(
                    "INSERT INTO t SELECT i, repeat('x', 2000) FROM generate_series(1, 12000) i")
                try await FaultyProxy.run(to: publisher.configuration.endpoints[0]) { proxy in
                    var options = Replication.Options.quick
                    options.giveUpAfter = .zero
                    try await publisher.replicate(options, through: proxy.redirect(publisher.configuration)) {
                        replication in
                        var count = 0
                        let before = residentMemory()
                        for try await event in replication {
                            if case .change = event.content { count += 1 }
                            if count == 1 {
                                count += 1
                                let start = proxy.bytesToServer
                                try await Task.sleep(for: .milliseconds(1300))
                                // The server was told meanwhile that somebody is there.
                                #expect(proxy.bytesToServer - start >= 4 * 39)
                                #expect(proxy.bytesToClient < 16 << 20)
                                #expect(residentMemory() - before < 20 << 20)
                            }
                            if event.endLSN != nil { break }
                        }
                        #expect(count == 12_001)
                        #expect(residentMemory() - before < 20 << 20)
                    }
                    #expect(proxy.connectionCount == 1)
                }
            }
        }

        /// Nothing comes for longer than the server waits: who waits for it keeps the connection.
        @Test func aSilentTable() async throws {
            try await LogicalServer.postgres17.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await publisher.server.execute(
                    "ALTER DATABASE \(identifier: publisher.slot) SET wal_sender_timeout = '400ms'")
                var options = Replication.Options.quick
                options.giveUpAfter = .zero
                try await publisher.replicate(options) { replication in
                    let waiting = Task { try await replication.transactions().makeAsyncIterator().first() }
                    try await Task.sleep(for: .milliseconds(1200))
                    try await publisher.db.execute("INSERT INTO t VALUES (1)")
                    #expect(try await waiting.value == "insert t(1, NULL)")
                }
            }
        }

        /// An acknowledgement of another task reaches the server at once, though nothing comes.
        @Test func acknowledgedMeanwhile() async throws {
            try await LogicalServer.postgres17.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await publisher.replicate { replication in
                    try await publisher.db.execute("INSERT INTO t VALUES (1)")
                    var iterator = replication.transactions().makeAsyncIterator()
                    guard case .transaction(let first)? = try await iterator.next() else { throw CancellationError() }
                    let waiting = Task { try await replication.makeAsyncIterator().first() }
                    try await Task.sleep(for: .milliseconds(30))
                    let start = ContinuousClock.now
                    replication.acknowledge(first.endLSN)
                    try await publisher.server.wait(
                        for:
                            "SELECT confirmed_flush_lsn >= \(first.endLSN) FROM pg_replication_slots WHERE slot_name = \(publisher.slot)"
                    )
                    #expect(start.duration(to: .now) < .seconds(5))
                    waiting.cancel()
                    _ = await waiting.result
                }
            }
        }
    }
}
