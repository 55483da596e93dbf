import PGWire
import Testing

extension Live {
    /// Statements that are prepared because the caller says so.
    @Suite struct PreparedStatements {
        private let add = PreparedStatement("SELECT $1 + $2, $1", takes: (Int64, Int64).self)

        /// Prepared at the first run, and run again; through a pooler sent whole each time.
        @Test(arguments: LiveServer.allCases) func runs(_ server: LiveServer) async throws {
            let sent = SentRequests()
            try await server.connected { configuration in
                if server != .pgBouncer { configuration.poolerMode = .direct }
                configuration.trafficObserver = sent.observe
            } _: { db in
                _ = sent.take()
                for number: Int64 in 1...3 {
                    let (sum, first) = try await db.fetchOne(add(number, 40), as: (Int64, Int64).self)
                    #expect(sum == number + 40 && first == number)
                    let words = sent.takeWords().filter { $0 != "Parse the question who answers" }
                    switch (server, number) {
                    case (.pgBouncer, _): #expect(words.suffix(5) == SentRequests.unnamed[...])
                    case (_, 1): #expect(words == SentRequests.preparing("pgwire_1"))
                    default: #expect(words == SentRequests.prepared("pgwire_1"))
                    }
                }
                let rows = try await db.transaction { tx in try await tx.fetchAll(add(1, 1), as: (Int, Int).self) }
                #expect(rows.map(\.0) == [2])
                let (a, b) = try await db.pipeline { p in
                    (try p.fetchOne(add(1, 2), as: (Int, Int).self), try p.fetchOne(add(3, 4), as: (Int, Int).self))
                }
                #expect(a.0 == 3 && b.0 == 7)
            }
        }

        /// Ahead of its first run, after which the description need not be asked for again.
        @Test(arguments: LiveServer.allCases) func ahead(_ server: LiveServer) async throws {
            let sent = SentRequests()
            try await server.connected { configuration in
                if server != .pgBouncer { configuration.poolerMode = .direct }
                configuration.trafficObserver = sent.observe
            } _: { db in
                let find = PreparedStatement("SELECT $1 AS a, $2::date AS b, 1.5 AS c", takes: (String, String).self)
                _ = sent.take()
                let description = try await db.prepare(find)
                #expect(description.parameterTypes == [.text, .date])
                #expect(description.columns.map(\.name) == ["a", "b", "c"])
                #expect(description.columns.map(\.type) == [.text, .date, .numeric])
                #expect(
                    sent.takeWords().suffix(3) == [
                        "Parse \(server == .pgBouncer ? "unnamed" : "pgwire_1")", "Describe", "Sync",
                    ])
                let row = try await db.fetchOne(find("x", "2020-02-29"), as: (String, CalendarDate, String).self)
                #expect(row.0 == "x" && row.1.description == "2020-02-29" && row.2 == "1.5")
                if server != .pgBouncer { #expect(sent.takeWords() == SentRequests.prepared("pgwire_1")) }
                // Again, of what is there already.
                #expect(try await db.prepare(find).columns.count == 3)
                if server != .pgBouncer { #expect(sent.takeWords() == ["Describe", "Sync"]) }
                #expect(try await db.fetchOne(find("y", "2020-01-01")).decode("a", as: String.self) == "y")
            }
        }

        /// Nothing is carried out, kept or left behind.
        @Test(arguments: LiveServer.allCases) func describing(_ server: LiveServer) async throws {
            try await server.withTable("id int8 NOT NULL, name text") { db, table in
                let insert: SQL = "INSERT INTO \(identifier: table) VALUES (\(1), \("x")) RETURNING name, id"
                let description = try await db.describe(insert)
                #expect(description.parameterTypes == [.int8, .text])
                #expect(description.columns.map(\.name) == ["name", "id"])
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
                for (text, count) in [("DELETE FROM \"\(table)\"", 0), ("VACUUM", 0), ("", 0), ("SHOW work_mem", 1)] {
                    #expect(try await db.describe(SQL(raw: text)).columns.count == count, "\(text)")
                }
                if server != .pgBouncer { #expect(try await db.preparedStatements() == []) }
            }
        }

        @Test(arguments: LiveServer.allCases) func errors(_ server: LiveServer) async throws {
            try await server.connected { (db: Connection) -> Void in
                let wrong = PreparedStatement("SELECT $1 + missing FROM pg_class", takes: Int64.self)
                let error = try await failure { try await db.prepare(wrong) }
                #expect("\(error)".contains("42703") && "\(error)".contains("SELECT $1 + missing FROM pg_class"))
                // The connection goes on, and so does nothing of the failed transaction.
                #expect(try await db.fetchOne(add(1, 2), as: (Int, Int).self).0 == 3)
                let end = try await failure {
                    try await db.transaction { tx in
                        _ = try? await tx.prepare(wrong)
                        try await tx.execute("SELECT 1")
                    }
                }
                #expect("\(end)".contains("25P02"))
                for (statement, part) in [
                    (PreparedStatement("SELECT $1, $2", takes: Int64.self), "$2"),
                    (PreparedStatement("SELECT 1", takes: Int64.self), "no $1"),
                    (PreparedStatement("SELECT '$1'", takes: Int64.self), "no $1"),
                ] {
                    let error = try await failure { try await db.prepare(statement) }
                    #expect("\(error)".contains(part))
                    let again = try await failure { try await db.execute(statement(1)) }
                    #expect("\(again)" == "\(error)")
                }
                #expect(try await db.fetchOne(add(1, 2), as: (Int, Int).self).0 == 3)
            }
        }

        /// What was prepared may be of no use any more.
        @Test(arguments: LiveServer.direct) func changes(_ server: LiveServer) async throws {
            try await server.withTable("id int8") { db, table in
                let all = PreparedStatement("SELECT * FROM \"\(table)\" WHERE id > $1", takes: Int64.self)
                #expect(try await db.prepare(all).columns.count == 1)
                try await db.execute(script: "DEALLOCATE ALL")
                #expect(try await db.prepare(all).columns.count == 1)
                try await server.observed { other in
                    _ = try await other.execute(script: "ALTER TABLE \"\(table)\" ADD COLUMN name text")
                }
                #expect(try await db.prepare(all).columns.count == 2)
                #expect(try await db.fetchAll(all(0)).isEmpty)
            }
        }

        /// Those that were not asked for give way before those that were.
        @Test func stays() async throws {
            try await LiveServer.postgres15.connected { configuration in
                configuration.poolerMode = .direct
                configuration.statementCacheCapacity = 2
            } _: { db in
                try await db.prepare(add)
                for number in 1...5 {
                    for _ in 1...2 { try await db.execute(SQL(raw: "SELECT \(number)")) }
                }
                #expect(try await db.preparedStatements() == ["pgwire_1", "pgwire_6"])
                // A part of another statement is that one's.
                let sum = try await db.fetchOne("SELECT a + \(100) FROM (\(add(1, 2))) AS s (a, b)", as: Int64.self)
                #expect(sum == 103)
            }
        }
    }
}
