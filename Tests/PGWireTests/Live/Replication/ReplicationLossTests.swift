import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Connections that are lost: all arrives, in order, whatever happens.
    @Suite struct ReplicationLosses {
        private static let script = """
            CREATE TABLE t (id int PRIMARY KEY, v text, n int);
            CREATE TABLE gone (id int PRIMARY KEY);
            CREATE PUBLICATION p FOR ALL TABLES
            """

        /// What a consumer has made of the changes.
        private struct Copy {
            var rows: [Int: String] = [:]
            var gone: Set<Int> = []

            mutating func apply(_ change: ReplicatedChange) throws {
                switch change {
                case .insert(let row) where row.relation.name == "gone": gone.insert(try row.decode(0))
                case .insert(let row): try set(row)
                case .update(let old, let new):
                    if let old { rows[try old.decode(0)] = nil }
                    try set(new)
                case .delete(let row): rows[try row.decode(0)] = nil
                case .truncate(let truncation):
                    for relation in truncation.relations where relation.name == "gone" { gone = [] }
                case .message: break
                }
            }

            private mutating func set(_ row: ReplicatedRow) throws {
                let (id, v, n) = (
                    try row.decode(0, as: Int.self), try row.decode(1, as: String.self), try row.decode(2, as: Int.self)
                )
                rows[id] = "\(v) \(n)"
            }
        }

        /// A hundred times `unit` rows are written, changed and deleted, in transactions small and large, with parts that are undone.
        private static func write(_ db: Connection, _ unit: Int) async throws {
            func insert(_ ids: ClosedRange<Int>) -> String {
                "INSERT INTO t SELECT i, 'row ' || i, 0 FROM generate_series(\(ids.lowerBound), \(ids.upperBound)) i;"
            }
            for part in 0..<20 { try await db.execute(script: insert(part * unit...part * unit + unit - 1)) }
            try await db.execute(script: "INSERT INTO gone SELECT generate_series(1, 500)")
            try await db.execute(
                script: """
                    BEGIN; \(insert(20 * unit...60 * unit - 1)) SAVEPOINT a; \(insert(60 * unit...62 * unit)) ROLLBACK TO a;
                    \(insert(60 * unit...100 * unit - 1)) COMMIT
                    """)
            try await db.execute(script: "UPDATE t SET n = n + 1, v = 'changed' WHERE id % 3 = 0")
            try await db.execute(script: "BEGIN; \(insert(200 * unit...205 * unit)) ROLLBACK")
            try await db.execute(script: "UPDATE t SET id = -id WHERE id % 100 = 99")
            try await db.execute(script: "DELETE FROM t WHERE id % 4 = 1")
            try await db.execute(script: "TRUNCATE gone")
            for id in 0..<10 { try await db.execute(script: "INSERT INTO gone VALUES (\(id))") }
        }

        /// A hundred thousand rows on one server, fewer on the other, as it takes its time.
        @Test(arguments: [(LogicalServer.postgres18, Replication.Options.Streaming.on, 1000), (.postgres15, .off, 100)])
        func tenLostConnections(
            _ server: LogicalServer, _ streaming: Replication.Options.Streaming, unit: Int
        ) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                var options = Replication.Options.quick
                options.streaming = streaming
                options.messages = true
                try await FaultyProxy.run(to: publisher.configuration.endpoints[0]) { proxy in
                    let configuration = proxy.redirect(publisher.configuration)
                    try await Self.write(publisher.db, unit)
                    _ = try await publisher.db.fetchAll(
                        "SELECT pg_logical_emit_message(false, 'test', 'last')::text", as: String.self)
                    var copy = Copy()
                    var collector = TransactionCollector()
                    var (cuts, losses, events, next, repeated, count) = (0, 0, 0, 6 * unit, 0, 0)
                    var (last, previous) = (LogSequenceNumber(rawValue: 0), LogSequenceNumber(rawValue: 0))
                    try await publisher.replicate(options, through: configuration) { replication in
                        for try await event in replication {
                            if case .change(.message(let message)) = event.content, message.isLast { break }
                            events += 1
                            if case .reconnected = event.content {
                                losses += 1
                                previous = LogSequenceNumber(rawValue: 0)
                            }
                            if cuts < 10, cuts == losses, events >= next {
                                cuts += 1
                                next = events + 6 * unit
                                // The server says goodbye after what it has sent; the network does not.
                                if cuts.isMultiple(of: 3) { try await publisher.terminate() } else { proxy.cut(.reset) }
                            }
                            guard case .transaction(let transaction)? = collector.take(event) else { continue }
                            // In order, and nothing that was acknowledged.
                            #expect(transaction.endLSN > previous)
                            #expect(transaction.endLSN > replication.acknowledged)
                            previous = transaction.endLSN
                            if transaction.endLSN <= last { repeated += 1 }
                            last = max(last, transaction.endLSN)
                            for change in transaction.changes { try copy.apply(change) }
                            // Others are acknowledged with the next.
                            count += 1
                            if count.isMultiple(of: 4) { replication.acknowledge(transaction.endLSN) }
                        }
                    }
                    #expect(losses == 10)
                    #expect(repeated > 0)
                    print("\(server), streaming \(streaming): \(events) events, \(repeated) transactions came again")
                    let rows = try await publisher.db.fetchAll(
                        "SELECT id, v || ' ' || n FROM t", as: (Int, String).self)
                    #expect(rows.count > 70 * unit)
                    #expect(copy.rows == Dictionary(rows) { first, _ in first })
                    #expect(copy.gone == Set(0..<10))
                }
            }
        }

        /// What was received and not acknowledged comes again on the next connection.
        @Test(arguments: LogicalServer.allCases) func unacknowledgedComesAgain(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                for id in 0..<3 { try await publisher.db.execute("INSERT INTO gone VALUES (\(id))") }
                try await publisher.replicate { replication in
                    var words: [String] = []
                    for try await event in replication.transactions() {
                        switch event {
                        case .transaction(let transaction):
                            words += transaction.changes.map(\.words)
                            if words.count == 1 { replication.acknowledge(transaction.endLSN) }
                            if words.count == 3 { try await publisher.terminate() }
                        case .reconnected(let loss):
                            guard case .server(let error) = loss else { throw loss }
                            #expect(error.sqlState == .adminShutdown)
                            words.append("lost")
                        case .message: break
                        }
                        if words.count == 6 { break }
                    }
                    #expect(
                        words == [
                            "insert gone(0)", "insert gone(1)", "insert gone(2)", "lost", "insert gone(1)",
                            "insert gone(2)",
                        ])
                }
            }
        }

        /// A server that goes down and comes back.
        @Test func aServerThatRestarts() async throws {
            let directory = TemporaryDirectory()
            var options = LocalPostgres.Options()
            options.directory = directory.file("cluster")
            options.tls = .off
            options.settings["wal_level"] = "logical"
            options.major = 17
            var server = try await LocalPostgres.start(options)
            let configuration = try Connection.Configuration(server.connectionURI)
            try await Connection.withConnection(configuration) { _ = try await $0.execute(script: Self.script) }
            try await ReplicationConnection.withConnection(configuration) { _ = try await $0.createSlot("s") }
            func insert(_ id: Int) async throws {
                try await Connection.withConnection(configuration) {
                    _ = try await $0.execute("INSERT INTO gone VALUES (\(id))")
                }
            }
            try await Connection.replicate(from: "s", publications: ["p"], configuration, .quick) { replication in
                let transactions = replication.transactions()
                var iterator = transactions.makeAsyncIterator()
                for round in 0..<2 {
                    try await insert(round)
                    guard case .transaction(let transaction)? = try await iterator.next() else {
                        throw CancellationError()
                    }
                    #expect(transaction.changes.map(\.words) == ["insert gone(\(round))"])
                    replication.acknowledge(transaction.endLSN)
                    // Who waits sees to it that the server hears of it, which waits for that when it goes down.
                    let waiting = Task { try await transactions.makeAsyncIterator().next1() }
                    await server.stop()
                    server = try await LocalPostgres.start(options)
                    guard case .reconnected? = try await waiting.value else { throw CancellationError() }
                }
            }
            await server.stop()
            _ = try ChildProcess.output(of: ["/bin/rm", "-rf", "--", directory.path])
        }
    }
}

extension Replication.Transactions.AsyncIterator {
    func next1() async throws -> TransactionEvent? {
        var copy = self
        return try await copy.next()
    }
}
