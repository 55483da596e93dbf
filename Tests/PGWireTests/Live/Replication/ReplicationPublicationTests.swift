import LocalPostgres
import PGWire
import Testing

extension Live {
    /// What a publication leaves out, and what becomes of tables that are changed.
    @Suite struct ReplicationPublications {
        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func columnsAndRows(_ server: LogicalServer)
            async throws
        {
            try await server.withDatabase(
                """
                CREATE TABLE c (id int PRIMARY KEY, a text, b text);
                CREATE TABLE r (id int PRIMARY KEY, a int);
                CREATE PUBLICATION p FOR TABLE c (id, b), r WHERE (id > 10);
                """
            ) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    script: """
                        INSERT INTO c VALUES (1, 'a', 'b'); INSERT INTO r VALUES (1, 1), (11, 2); UPDATE r SET id = id + 1;
                        UPDATE r SET id = 22 WHERE id = 2; UPDATE r SET id = 3 WHERE id = 12;
                        """)
                #expect(
                    try await publisher.changes() == [
                        "insert c(1, b)", "insert r(11, 2)", "update r(11, -) to (12, 2)", "insert r(22, 1)",
                        "delete r(12, -)",
                    ])
            }
        }

        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func partitions(_ server: LogicalServer) async throws
        {
            try await server.withDatabase(
                """
                CREATE TABLE parted (id int PRIMARY KEY, a text) PARTITION BY RANGE (id);
                CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (10);
                CREATE TABLE high (a text, id int PRIMARY KEY);
                ALTER TABLE parted ATTACH PARTITION high FOR VALUES FROM (10) TO (20);
                CREATE PUBLICATION p FOR TABLE parted WITH (publish_via_partition_root = true);
                CREATE PUBLICATION leaves FOR TABLE parted;
                """
            ) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    script: "INSERT INTO parted VALUES (1, 'a'), (11, 'b'); DELETE FROM parted")
                #expect(
                    try await publisher.changes() == [
                        "insert parted(1, a)", "insert parted(11, b)", "delete parted(1, -)", "delete parted(11, -)",
                    ])
                var words: [String] = []
                try await Connection.replicate(
                    from: publisher.slot, publications: ["leaves"], publisher.configuration
                ) { replication in
                    for try await event in replication {
                        if case .change(let change) = event.content { words.append(change.words) }
                        if words.count == 4 { break }
                    }
                }
                #expect(words == ["insert low(1, a)", "insert high(b, 11)", "delete low(1, -)", "delete high(-, 11)"])
            }
        }

        @Test func generatedColumns() async throws {
            try await LogicalServer.postgres18.withDatabase(
                """
                CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED);
                CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored);
                """
            ) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute("INSERT INTO t VALUES (21)")
                #expect(try await publisher.changes() == ["insert t(21, 42)"])
            }
        }

        /// Each change has the columns of its time.
        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func changedTables(_ server: LogicalServer)
            async throws
        {
            try await server.withDatabase(
                "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE PUBLICATION p FOR TABLE t"
            ) {
                publisher in
                try await publisher.createSlot()
                for statement in [
                    "INSERT INTO t VALUES (1, 1)", "ALTER TABLE t ADD COLUMN b text DEFAULT 'x'",
                    "INSERT INTO t VALUES (2, 2, 'y')",
                    "ALTER TABLE t DROP COLUMN a", "INSERT INTO t VALUES (3, 'z')",
                    "ALTER TABLE t RENAME COLUMN b TO c",
                    "ALTER TABLE t RENAME TO u", "UPDATE u SET c = 'w' WHERE id = 1",
                ] {
                    try await publisher.db.execute(script: statement)
                }
                #expect(
                    try await publisher.changes() == [
                        "insert t(1, 1)", "insert t(2, 2, y)", "insert t(3, z)", "update u(1, w)",
                    ])
            }
        }

        /// A table whose rows have no identity cannot be updated while updates are published; what comes of it is the server's
        /// own error to who tries.
        @Test func noIdentity() async throws {
            try await LogicalServer.postgres17.withDatabase(
                "CREATE TABLE t (id int); ALTER TABLE t REPLICA IDENTITY NOTHING; CREATE PUBLICATION p FOR TABLE t"
            ) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute("INSERT INTO t VALUES (1)")
                let error = try await serverFailure { try await publisher.db.execute("UPDATE t SET id = 2") }
                #expect(error.sqlState == .objectNotInPrerequisiteState)
                let events = try await publisher.events()
                let relation = events.compactMap { event in
                    if case .relation(let relation) = event.content { relation } else { nil }
                }
                #expect(relation.map(\.identity) == [.nothing])
                #expect(try await publisher.changes() == ["insert t(1)"])
            }
        }

        /// What was written by a session that says that it comes from elsewhere.
        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func origins(_ server: LogicalServer) async throws {
            try await server.withDatabase("CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t") {
                publisher in
                try await publisher.createSlot()
                let name = "origin \(publisher.slot)"
                try await publisher.db.execute(
                    script: """
                        SELECT pg_replication_origin_create('\(name)'), pg_replication_origin_session_setup('\(name)');
                        BEGIN; SELECT pg_replication_origin_xact_setup('0/ABC', now()); INSERT INTO t VALUES (1); COMMIT;
                        SELECT pg_replication_origin_session_reset(); INSERT INTO t VALUES (2);
                        """)
                let origins = try await publisher.events().compactMap { event in
                    if case .origin(let name, let lsn) = event.content { "\(name) \(lsn)" } else { nil }
                }
                #expect(origins == ["\(name) 0/ABC"])
                if server != .postgres15 {
                    var options = Replication.Options.quick
                    options.origin = .local
                    #expect(try await publisher.changes(options) == ["insert t(2)"])
                }
                try await publisher.db.execute("SELECT pg_replication_origin_drop(\(name))")
            }
        }
    }
}
