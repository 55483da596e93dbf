import LocalPostgres
import PGWire
import Testing

extension Live {
    /// What is changed arrives as it was.
    @Suite struct ReplicationChanges {
        @Test(arguments: LogicalServer.allCases) func rows(_ server: LogicalServer) async throws {
            try await server.withDatabase(
                """
                CREATE TYPE mood AS ENUM ('sad', 'ok');
                CREATE TABLE t (id int PRIMARY KEY, name text, mood mood);
                CREATE TABLE f (id int, name text);
                ALTER TABLE f REPLICA IDENTITY FULL;
                CREATE TABLE n (id int);
                CREATE TABLE other (id int);
                CREATE PUBLICATION p FOR TABLE t, f;
                CREATE PUBLICATION "q ""'ü" FOR TABLE n WITH (publish = 'insert, truncate');
                """
            ) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    script: """
                        INSERT INTO t VALUES (1, 'a', 'ok'), (2, NULL, NULL), (3, '', 'sad'); INSERT INTO other VALUES (1);
                        UPDATE t SET name = 'b' WHERE id = 1; UPDATE t SET id = 4 WHERE id = 2; DELETE FROM t WHERE id = 3;
                        INSERT INTO f VALUES (1, NULL); UPDATE f SET name = 'x'; DELETE FROM f;
                        INSERT INTO n VALUES (7);
                        TRUNCATE t, f, other; TRUNCATE n RESTART IDENTITY CASCADE;
                        """)
                var events: [ReplicationEvent] = []
                try await Connection.replicate(
                    from: publisher.slot, publications: ["p", "q \"'ü"], publisher.configuration, .quick
                ) { replication in
                    for try await event in replication {
                        events.append(event)
                        if event.endLSN != nil { break }
                    }
                }
                let changes = events.compactMap { event in
                    if case .change(let change) = event.content { change.words } else { nil }
                }
                #expect(
                    changes == [
                        "insert t(1, a, ok)", "insert t(2, NULL, NULL)", "insert t(3, , sad)", "update t(1, b, ok)",
                        "update t(2, -, -) to (4, NULL, NULL)", "delete t(3, -, -)",
                        "insert f(1, NULL)", "update f(1, NULL) to (1, x)", "delete f(1, x)", "insert n(7)",
                        "truncate t, f", "truncate n cascade restart",
                    ])
                guard case .begin(let begin) = events.first?.content, case .commit(let commit) = events.last?.content
                else { throw CancellationError() }
                #expect(begin.finalLSN == commit.lsn)
                #expect(begin.time == commit.time)
                #expect(commit.endLSN > commit.lsn)
                #expect(Set(events.map(\.transaction)).count == 1)
                // After TRUNCATE the server describes them once more.
                let relations = events.compactMap { event in
                    if case .relation(let relation) = event.content { relation } else { nil }
                }.prefix(3)
                #expect(relations.map(\.description) == ["\"public\".\"t\"", "\"public\".\"f\"", "\"public\".\"n\""])
                #expect(relations.map(\.identity) == [.primaryKey, .full, .primaryKey])
                #expect(relations.map(\.isKey) == [[true, false, false], [true, true], [false]])
                #expect(relations[0].columns.map(\.name) == ["id", "name", "mood"])
                #expect(relations[0].typeNames.map { $0?.name } == [nil, nil, "mood"])
            }
        }

        private struct Player: Decodable, Equatable {
            enum Mood: String, Decodable { case sad, ok }
            var id: Int
            var nickName: String?
            var mood: Mood?
        }

        @Test(arguments: [
            (LogicalServer.postgres15, false), (.postgres17, true), (.postgres18, true), (.postgres18, false),
        ])
        func decoding(_ server: LogicalServer, isBinary: Bool) async throws {
            try await server.withDatabase(
                """
                CREATE DOMAIN small AS int2; CREATE DOMAIN positive AS small CHECK (VALUE > 0);
                CREATE TABLE t (id int8 PRIMARY KEY, nick_name text, mood text, big text, at timestamptz, number numeric, d positive);
                ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
                CREATE PUBLICATION p FOR ALL TABLES;
                """
            ) { publisher in
                try await publisher.createSlot()
                let big = String(repeating: "x", count: 10_000)
                try await publisher.db.execute(
                    "INSERT INTO t VALUES (1, 'n', 'ok', \(big), '2024-02-29 12:00:00.5+00', 12.50, 7), (2, NULL, NULL, NULL, NULL, NULL, NULL)"
                )
                try await publisher.db.execute("UPDATE t SET mood = 'sad'")
                var options = Replication.Options.quick
                options.binary = isBinary
                let rows = try await publisher.events(options).compactMap { event -> ReplicatedRow? in
                    switch event.content {
                    case .change(.insert(let row)), .change(.update(_, let row)): row
                    default: nil
                    }
                }
                #expect(rows.count == 4)
                #expect(try rows[0].decode(as: Player.self) == Player(id: 1, nickName: "n", mood: .ok))
                #expect(try rows[1].decode(as: Player.self) == Player(id: 2, nickName: nil, mood: nil))
                #expect(try rows[2].decode(as: Player.self) == Player(id: 1, nickName: "n", mood: .sad))
                #expect(try rows[0].decode("id", as: Int64.self) == 1)
                #expect(try rows[0].decode(3, as: String.self) == big)
                #expect(try rows[0].decode("at", as: TimestampTZ.self).description == "2024-02-29 12:00:00.5+00")
                #expect(try rows[0].decode("number", as: ExactNumeric.self).description == "12.50")
                #expect(try rows[0].decode("d", as: Int.self) == 7)
                #expect(rows[0].relation.typeNames.last??.name == "int2")
                #expect(try rows[1].isNull(4))
                // What the update did not send is neither NULL nor anything else.
                #expect(rows[2]["big"] == .unchanged)
                #expect(!rows[2].isSent(3))
                #expect(try !rows[2].isNull(3))
                let unsent = try await failure { try rows[2].decode("big", as: String?.self) }
                #expect("\(unsent)".contains("the update has not changed it and it is stored out of line (TOAST)"))
                struct Whole: Decodable { var big: String? }
                _ = try await failure { try rows[2].decode(as: Whole.self) }
                #expect(rows[3]["big"] == .null)
                #expect(try rows[3].decode(as: Whole.self).big == nil)
                let whole = try #require(rows[2].completed(by: rows[0]))
                #expect(try whole.decode(as: Whole.self).big == big)
                #expect(try whole.decode("mood", as: String.self) == "sad")
                let none = try await failure { try rows[0].decode("nothing", as: Int.self) }
                #expect("\(none)".contains("the result has no column \"nothing\""))
            }
        }

        /// A value that is stored out of line, where the old row is sent whole.
        @Test func unchangedValuesOfWholeRows() async throws {
            try await LogicalServer.postgres17.withDatabase(
                """
                CREATE TABLE t (id int, big text); ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
                ALTER TABLE t REPLICA IDENTITY FULL; CREATE PUBLICATION p FOR TABLE t;
                """
            ) { publisher in
                try await publisher.createSlot()
                try await publisher.db.execute("INSERT INTO t VALUES (1, repeat('x', 5000))")
                try await publisher.db.execute("UPDATE t SET id = 2")
                let big = String(repeating: "x", count: 5000)
                let changes = try await publisher.events().compactMap { event -> ReplicatedChange? in
                    if case .change(let change) = event.content { change } else { nil }
                }
                guard case .update(let old?, let new) = try #require(changes.last) else { throw CancellationError() }
                #expect(old["big"] == .text(big))
                #expect(new["big"] == .unchanged)
                #expect(new.completed(by: old)?["big"] == .text(big))
            }
        }

        /// Every built-in type: what comes is what the server prints.
        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func everyType(_ server: LogicalServer) async throws {
            try await server.withDatabase("CREATE TABLE k (id int PRIMARY KEY)") { publisher in
                let db = publisher.db
                let catalog = try await TypeCatalog(db)
                let all = catalog.all
                let composites = Set(all.filter { $0.kind == "c" }.map(\.id))
                let sendless = Set(try await db.fetchAll("SELECT oid FROM pg_type WHERE typsend = 0", as: UInt32.self))
                // Those that no value can be written to, or that the server was built without.
                var unusable = ["pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "_cstring"]
                if (try? await db.execute("SELECT '<a/>'::xml")) == nil { unusable += ["xml", "_xml"] }
                let types = all.filter { entry in
                    entry.quoted.utf8.starts(with: "pg_catalog.".utf8) && ["b", "r", "m"].contains(entry.kind)
                        && !unusable.contains(entry.name) && !composites.contains(entry.element)
                        && !entry.name.utf8.starts(with: "pg_brin".utf8) && !catalog.samples(of: entry).isEmpty
                }
                #expect(types.count > 140)
                // Arrays of what has no binary format make the server fail.
                let binary = types.filter { !sendless.contains($0.element) }
                for (isBinary, types) in [(false, types), (true, binary)] {
                    let table = isBinary ? "b" : "t"
                    let columns = types.enumerated().map { "c\($0) \($1.quoted)" }.joined(separator: ", ")
                    try await db.execute(
                        script:
                            "CREATE TABLE \(table) (id int PRIMARY KEY, \(columns)); CREATE PUBLICATION \(table) FOR TABLE \(table)"
                    )
                    try await publisher.createSlot()
                    for round in 0..<3 {
                        let values = types.map { type in
                            let samples = catalog.samples(of: type)
                            return samples[round % samples.count]
                        }
                        try await db.execute(
                            script: "INSERT INTO \(table) VALUES (\(round), \(values.joined(separator: ", ")))")
                    }
                    let texts = types.indices.map { "format('%s', c\($0))" }.joined(separator: ", ")
                    let expected = try await db.fetchAll(
                        "SELECT ARRAY[\(raw: texts)] FROM \(raw: table) ORDER BY id", as: [String].self)
                    var options = Replication.Options.quick
                    options.binary = isBinary
                    var rows: [ReplicatedRow] = []
                    try await Connection.replicate(
                        from: publisher.slot, publications: [SQLIdentifier(table)], publisher.configuration, options
                    ) { replication in
                        for try await event in replication {
                            if case .change(.insert(let row)) = event.content { rows.append(row) }
                            if rows.count == 3 { break }
                        }
                    }
                    try await db.execute("SELECT pg_drop_replication_slot(\(publisher.slot))")
                    for (row, texts) in zip(rows, expected) {
                        for (index, text) in texts.enumerated() {
                            if isBinary {
                                // Some have no text of their own in binary format; none may be read wrong.
                                let read = try? row.decode(index + 1, as: String.self)
                                if let read { #expect(read == text, "\(types[index].name)") }
                            } else {
                                #expect(row[index + 1] == .text(text), "\(types[index].name)")
                            }
                        }
                    }
                }
            }
        }

        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func messages(_ server: LogicalServer) async throws {
            try await server.withDatabase("CREATE TABLE t (a int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t") {
                publisher in
                try await publisher.createSlot()
                try await publisher.db.execute(
                    script: """
                        BEGIN; INSERT INTO t VALUES (1); SELECT pg_logical_emit_message(true, 'a', 'in'); COMMIT;
                        BEGIN; SELECT pg_logical_emit_message(true, 'a', 'never'), pg_logical_emit_message(false, 'b', 'at once');
                        ROLLBACK;
                        """)
                let events = try await publisher.events()
                let words = events.compactMap { event in
                    if case .change(let change) = event.content { change.words } else { nil }
                }
                #expect(words == ["insert t(1)", "message a in", "message b at once"])
                let outside = try #require(events.last)
                #expect(outside.transaction == nil)
                #expect(outside.endLSN != nil)
                // Acknowledged, it does not come again.
                var options = Replication.Options.quick
                options.messages = true
                try await publisher.replicate(options) { replication in
                    for try await event in replication where event.endLSN == outside.endLSN {
                        replication.acknowledge(try #require(event.endLSN))
                        break
                    }
                }
                #expect(try await publisher.changes() == [])
            }
        }
    }
}
