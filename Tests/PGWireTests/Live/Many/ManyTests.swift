import PGWire
import Testing

extension Live {
    /// One statement for many elements.
    @Suite struct Many {
        struct Stop: Error {}

        static func rows(_ count: Int) -> some Sequence<(Int32, String?)> {
            (0..<count).lazy.map { (Int32($0), $0 % 3 == 0 ? nil : "name \($0)") }
        }

        static func insert(_ table: String) -> PreparedStatement<Int32, String?> {
            "INSERT INTO \(identifier: table) VALUES ($1, $2)"
        }

        static func count(_ db: borrowing some Queryable & ~Copyable, _ table: String) async throws -> Int {
            try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self)
        }

        @Test(arguments: LiveServer.allCases) func oneFlight(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, name text") { db, table async throws in
                for timeout: Duration? in [nil, .seconds(30)] {
                    let before = try await db.traffic()
                    let count = try await db.executeMany(Self.insert(table), Self.rows(500), timeout: timeout)
                    let after = try await db.traffic()
                    #expect(count == 500)
                    #expect(after.sends - before.sends == 1 && after.flights - before.flights == 1)
                    let (rows, nulls, last) = try await db.fetchOne(
                        "SELECT count(*), count(*) FILTER (WHERE name IS NULL), max(name) FROM \(identifier: table)",
                        as: (Int, Int, String).self)
                    #expect(rows == 500 && nulls == 167 && last == "name 98")
                    #expect(
                        try await db.executeMany(
                            "DELETE FROM \(identifier: table) WHERE id = $1", (0..<600).map { Int32($0) }) == 500)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func withoutElementsNothingIsSent(_ server: LiveServer) async throws {
            try await server.connected { db async throws in
                let before = try await db.traffic()
                #expect(try await db.executeMany("SELECT $1::int4", [Int32]()) == 0)
                let none: [Int] = try await db.fetchMany(
                    "SELECT $1::int4", [Int32](), as: Int.self, committing: .every(1))
                #expect(none.isEmpty)
                #expect(try await db.traffic() == before)
            }
        }

        /// Each kind of statement and of sequence; statements without a parameter, or whose parameters come again.
        @Test(arguments: LiveServer.allCases) func statementsAndSequences(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, name text") { db, table async throws in
                let name: PreparedStatement<Int, String> =
                    "INSERT INTO \(identifier: table) VALUES ($1, $2 || $1) ON CONFLICT (id) DO UPDATE SET name = $2"
                #expect(try await db.executeMany(name, [(1, "a"), (2, "b"), (1, "c")]) == 3)
                #expect(
                    try await db.executeMany("UPDATE \(identifier: table) SET name = $1", ["x", "y"]) == 4)
                #expect(
                    try await db.executeMany("SELECT FROM generate_series(1, 3)", repeatElement((), count: 5)) == 15)
                let both = PreparedStatement("SELECT $2::text, $1::int4", takes: (Int, String?).self)
                for _ in 1...3 {
                    let pairs = try await db.fetchMany(both, [(1, "a"), (2, nil)], as: (String?, Int).self)
                    #expect(pairs.map(\.0) == ["a", nil] && pairs.map(\.1) == [1, 2])
                    let (text, number) = try await db.fetchOne(both(7, "z"), as: (String?, Int).self)
                    #expect(text == "z" && number == 7)
                }
                let stream = AsyncStream<(Int, String)> { stream in
                    for id in 10..<20 { stream.yield((id, "streamed")) }
                    stream.finish()
                }
                #expect(try await db.executeMany(name, stream, committing: .every(3)) == 10)
                #expect(try await Self.count(db, table) == 12)
                // What comes of other statements on the same connection is what it was.
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// Rows with the element that they belong to, also where it has none, or several.
        @Test(arguments: LiveServer.allCases) func rowsOfElements(_ server: LiveServer) async throws {
            try await server.connected { db async throws in
                var seen: [[Int]] = Array(repeating: [], count: 100)
                let total = try await db.fetchMany(
                    "SELECT i FROM generate_series(1, $1::int4) i", (0..<100).map { $0 % 5 }, as: Int.self
                ) { index, value in seen[index].append(value) }
                #expect(total == 200)
                #expect(seen.enumerated().allSatisfy { $1 == Array(1..<($0 % 5 + 1)) })
                // In parts, each of which is a transaction of its own, the index goes on.
                seen = Array(repeating: [], count: 100)
                try await db.fetchMany(
                    "SELECT i FROM generate_series(1, $1::int4) i", (0..<100).map { $0 % 5 }, as: Int.self,
                    committing: .every(7)
                ) { index, value in seen[index].append(value) }
                #expect(seen.enumerated().allSatisfy { $1 == Array(1..<($0 % 5 + 1)) })
                let values = try await db.transaction { tx in
                    try await tx.fetchMany("SELECT $1::int4", (0..<10_000).map { Int32($0) }, as: Int32.self)
                }
                #expect(values == (0..<10_000).map { Int32($0) })
            }
        }

        /// What only reads needs no second flight, and what may change data is not committed before its rows were taken.
        @Test(arguments: LiveServer.allCases) func flightsOfRows(_ server: LiveServer) async throws {
            try await server.withTable("id serial, name text") { db, table async throws in
                let ids = try await db.traffic().flights
                _ = try await db.fetchMany("SELECT $1::int4", 0..<100, as: Int.self)
                let reading = try await db.traffic().flights
                #expect(reading - ids == 1)
                let new = try await db.fetchMany(
                    "INSERT INTO \(identifier: table) (name) VALUES ($1) RETURNING id", (0..<100).map { "\($0)" },
                    as: Int.self)
                #expect(new == Array(1...100))
                let inserting = try await db.traffic().flights
                #expect(inserting - reading == 2)
                try await db.executeMany(
                    "UPDATE \(identifier: table) SET name = $1", ["a"], committing: .every(1))
                #expect(try await db.traffic().flights - inserting == 1)
            }
        }

        /// 30 MB there and 60 MB back: both sides' buffers are full long before either has said all.
        @Test(arguments: LiveServer.allCases) func fullBuffersBothWays(_ server: LiveServer) async throws {
            let text = String(repeating: "0123456789", count: 100)
            try await server.connected { db async throws in
                var next = 0
                try await db.fetchMany(
                    "SELECT $1::int4, repeat($2, 2)", (0..<30_000).lazy.map { ($0, text) }, as: (Int, String).self
                ) { index, value, long in
                    guard index == next, value == next, long.utf8.count == 2000 else { throw Stop() }
                    next += 1
                }
                #expect(next == 30_000)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test(arguments: LiveServer.allCases) func parts(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, name text, xid xid8 DEFAULT pg_current_xact_id()") {
                db, table in
                let statement: PreparedStatement<Int32, String?> =
                    "INSERT INTO \(identifier: table) (id, name) VALUES ($1, $2)"
                for (points, transactions) in [
                    (CommitPoints.atEnd, 1), (.every(1000), 1), (.every(100), 3), (.every(1), 250),
                ] {
                    try await db.execute("TRUNCATE \(identifier: table)")
                    let before = try await db.traffic().flights
                    #expect(
                        try await db.executeMany(statement, Self.rows(250), committing: points, timeout: .seconds(9))
                            == 250)
                    #expect(try await db.traffic().flights - before == transactions)
                    let ids = try await db.fetchOne(
                        "SELECT count(DISTINCT xid::text) FROM \(identifier: table)", as: Int.self)
                    #expect(ids == transactions)
                }
                #expect(try await db.fetchOne("SELECT current_setting('statement_timeout')", as: String.self) == "0")
            }
        }

        /// It is parsed anew each time, so nothing that was prepared earlier can be stale.
        @Test(arguments: LiveServer.allCases) func aChangedTable(_ server: LiveServer) async throws {
            try await server.withTable("id int4") { db, table async throws in
                let all = PreparedStatement("SELECT * FROM \"\(table)\" WHERE id = $1", takes: Int32.self)
                for _ in 1...3 {
                    try await db.executeMany("INSERT INTO \(identifier: table) VALUES ($1)", [Int32(1)])
                    _ = try await db.fetchAll(all(1))
                    #expect(try await db.fetchMany(all, [1], as: Int.self).isEmpty == false)
                }
                try await server.observed { other in
                    try await other.execute(
                        "ALTER TABLE \(identifier: table) ALTER id TYPE text, ADD more int4 DEFAULT 5")
                }
                let texts = PreparedStatement("SELECT * FROM \"\(table)\" WHERE id = $1", takes: String.self)
                let rows = try await db.fetchMany(texts, ["1", "2"], as: (String, Int).self)
                #expect(rows.map(\.0) == ["1", "1", "1"] && rows.map(\.1) == [5, 5, 5])
            }
        }

        /// What holds for a transaction holds for it.
        @Test(arguments: LiveServer.allCases) func settings(_ server: LiveServer) async throws {
            try await server.connected { db async throws in
                let (names, timeouts) = try await db.transaction(settings: .setting("app.tenant", "7")) { tx in
                    let names = try await tx.fetchMany(
                        "SELECT current_setting($1)", ["app.tenant", "app.tenant"], as: String.self)
                    let timeouts = try await tx.fetchMany(
                        "SELECT current_setting($1)", ["statement_timeout"], as: String.self, timeout: .seconds(5))
                    return (names, timeouts)
                }
                #expect(names == ["7", "7"] && timeouts == ["5s"])
            }
        }
    }
}
