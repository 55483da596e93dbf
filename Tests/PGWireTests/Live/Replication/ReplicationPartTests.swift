import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Parts of transactions that are undone, and of which nothing was published: the server says that they are, all the same.
    @Suite struct ReplicatedParts {
        private static let script = """
            CREATE TABLE t (id int PRIMARY KEY, v text);
            CREATE TABLE other (id int, v text);
            CREATE PUBLICATION p FOR TABLE t
            """

        @Test(
            arguments: [LogicalServer.postgres15, .postgres17, .postgres18],
            [
                Replication.Options.Streaming.off, .on,
            ])
        func nothingIsLostWithThem(_ server: LogicalServer, _ streaming: Replication.Options.Streaming) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    script: """
                        BEGIN; INSERT INTO t SELECT i, repeat('x', 50) FROM generate_series(1, 1000) i;
                        SAVEPOINT a; INSERT INTO other SELECT i, repeat('x', 50) FROM generate_series(1, 3000) i;
                        ROLLBACK TO a; INSERT INTO t VALUES (-1, 'last'); COMMIT
                        """)
                var options = Replication.Options.quick
                options.streaming = streaming
                let ids = try await publisher.replicate(options) { replication in
                    for try await case .transaction(let transaction) in replication.transactions() {
                        return try transaction.changes.compactMap { change in
                            if case .insert(let row) = change { try row.decode("id", as: Int.self) } else { nil }
                        }
                    }
                    return []
                }
                #expect(ids == Array(1...1000) + [-1])
            }
        }
    }
}
