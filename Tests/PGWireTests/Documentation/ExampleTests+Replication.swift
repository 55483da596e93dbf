import LocalPostgres
import PGWire
import Synchronization
import Testing

extension ExampleTests {
    @Test func replication() async throws {
        var options = LocalPostgres.Options()
        options.tls = .off
        options.settings["wal_level"] = "logical"
        let server = try await LocalPostgres.start(options)
        let configuration = try Connection.Configuration(server.connectionURI)
        try await Connection.withConnection(configuration) { db in
            try await db.execute(
                script: """
                    CREATE TABLE player (id bigint PRIMARY KEY, name text, biography text);
                    ALTER TABLE player ALTER biography SET STORAGE EXTERNAL; ALTER TABLE player REPLICA IDENTITY FULL;
                    CREATE TABLE progress (done pg_lsn); INSERT INTO progress VALUES (NULL);
                    CREATE PUBLICATION players FOR TABLE player; INSERT INTO player VALUES (1, 'Ada');
                    """)
            let copied = Mutex<[String]>([])
            try await ReplicationExamples.initialCopy(configuration, db) { tx in
                let names = try await tx.fetchAll("SELECT name FROM player", as: String.self)
                copied.withLock { $0 = names }
            }
            #expect(copied.withLock { $0 } == ["Ada"])
            try await db.execute("INSERT INTO player VALUES (2, 'Grace', repeat('x', 5000))")
            try await db.execute("DELETE FROM player WHERE id = 1")

            // From the same place each time, as the closure ends by an error before anything is acknowledged.
            var seen: [String] = []
            await #expect(throws: CancellationError.self) {
                try await ReplicationExamples.follow(configuration) { player in
                    seen.append("\(player.id) \(player.name ?? "")")
                } remove: { id in
                    seen.append("\(id) removed")
                    throw CancellationError()
                }
            }
            #expect(seen == ["2 Grace", "1 removed"])

            try await db.execute("UPDATE player SET name = 'Hopper'")
            var values: [String] = []
            await #expect(throws: CancellationError.self) {
                try await ReplicationExamples.exactlyOnce(configuration, db) { change, _ in
                    guard case .update(let old, let new) = change else { return }
                    values = try ReplicationExamples.values(new, old)
                    throw CancellationError()
                }
            }
            #expect(values == ["2", "Hopper", "player", "\"public\".\"player\""])
            // All but the last is done.
            #expect(try await db.fetchOne("SELECT done IS NOT NULL FROM progress", as: Bool.self))
            // Column by column: the biography, which the update does not bring, stays as it was.
            try await db.execute("CREATE TABLE player_copy AS TABLE player")
            try await db.execute("ALTER TABLE player_copy ADD PRIMARY KEY (id)")
            try await db.execute("ALTER TABLE player REPLICA IDENTITY DEFAULT")
            try await db.execute(
                script:
                    "UPDATE player SET name = 'G'; INSERT INTO player VALUES (3, 'Lin'); UPDATE player SET id = 3 WHERE false"
            )
            await #expect(throws: CancellationError.self) {
                try await ReplicationExamples.exactlyOnce(configuration, db) { change, tx in
                    try await ReplicationExamples.apply(change, tx)
                    guard case .insert = change else { return }
                    // What throws rolls back what is applied in this transaction.
                    try await tx.execute("COMMENT ON TABLE player_copy IS 'seen'")
                    values = try await tx.fetchAll(
                        "SELECT name || length(biography) FROM player_copy WHERE id = 2", as: String.self)
                    throw CancellationError()
                }
            }
            #expect(values == ["G5000"])
            try await ReplicationConnection.withConnection(configuration) {
                try await $0.dropSlot("search", wait: true)
            }
        }
        await server.stop()
    }
}
