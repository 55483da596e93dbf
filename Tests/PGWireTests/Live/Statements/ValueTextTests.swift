import PGWire
import Testing

extension Live {
    /// Any value can be read as the text that the server prints.
    @Suite struct ValueText {
        private struct Sample: Sendable, CustomTestStringConvertible {
            var sql: String
            var text: String
            var testDescription: String { sql }
        }

        private static let samples = [
            Sample(sql: #"'"a"=>1'::text"#, text: #""a"=>1"#), Sample(sql: "point(1,2)", text: "(1,2)"),
            Sample(sql: "inet '10.0.0.1/8'", text: "10.0.0.1/8"), Sample(sql: "int4range(1,5)", text: "[1,5)"),
            Sample(sql: "row(1,'x')", text: "(1,x)"), Sample(sql: "'pg_class'::regclass", text: "pg_class"),
            Sample(sql: "b'101'", text: "101"), Sample(sql: "to_tsvector('simple','a b')", text: "'a':1 'b':2"),
            Sample(sql: "timetz '12:00+05'", text: "12:00:00+05"),
            Sample(sql: "xmlparse(content '<a/>')", text: "<a/>"), Sample(sql: "12.50::numeric", text: "12.50"),
            Sample(sql: "interval '1 day 02:03'", text: "1 day 02:03:00"),
            Sample(sql: #"'\x0a'::bytea"#, text: #"\x0a"#),
            Sample(sql: "42::bigint", text: "42"), Sample(sql: "'{x=r/y}'::text[]", text: "{x=r/y}"),
            Sample(sql: "true", text: "t"), Sample(sql: "1e15::float8", text: "1e+15"),
            Sample(sql: "0.1::real", text: "0.1"),
            Sample(sql: "date '0044-03-15 BC'", text: "0044-03-15 BC"),
            Sample(sql: "'[2:3]={1,NULL}'::int[]", text: "[2:3]={1,NULL}"),
            Sample(sql: "array[['a b',''],['NULL','{']]", text: #"{{"a b",""},{"NULL","{"}}"#),
            Sample(sql: "'{}'::uuid[]", text: "{}"), Sample(sql: "'x'::\"char\"", text: "x"),
            Sample(sql: "timestamp '2024-02-29 12:00:00.5'", text: "2024-02-29 12:00:00.5"),
            Sample(sql: "makeaclitem(10, 10, 'SELECT', false)", text: "postgres=r/postgres"),
        ]

        /// However it is asked for, and however often.
        @Test(arguments: LiveServer.allCases) func ofEachWay(_ server: LiveServer) async throws {
            let user = try await server.connected { try await $0.fetchOne("SELECT 10::regrole::text", as: String.self) }
            try await server.connected { db in
                // Not every server is built with it.
                let hasXML = (try? await db.execute("SELECT xml '<a/>'")) != nil
                for sample in Self.samples where hasXML || !sample.sql.utf8.starts(with: "xml".utf8) {
                    let sql = SQL(raw: "SELECT \(sample.sql) AS v")
                    let expected = sample.text == "postgres=r/postgres" ? "\(user)=r/\(user)" : sample.text
                    for use in 1...4 {
                        let typed = try await db.fetchOne(sql, as: String.self)
                        let row = try await db.fetchOne(sql).decode("v", as: String.self)
                        let decoded = try await db.fetchOne(sql, as: Value.self).v
                        #expect(
                            typed == expected && row == expected && decoded == expected, "\(sample.sql), use \(use)")
                    }
                    let pipelined = try await db.pipeline { p in try p.fetchOne(sql, as: Value.self) }.v
                    let block = try await db.transaction { tx in try await tx.fetchOne(sql, as: Value.self).v }
                    #expect(pipelined == expected && block == expected)
                }
            }
        }

        private struct Value: Decodable, Sendable {
            var v: String
        }

        /// A type without a binary format ends no transaction, whatever is done with its rows.
        @Test(arguments: LiveServer.allCases) func withoutABinaryFormat(_ server: LiveServer) async throws {
            try await server.connected { db in
                let sql: SQL = "SELECT makeaclitem(10, 10, 'SELECT', false) AS acl, 7 AS n"
                try await db.transaction { tx in
                    for _ in 1...4 {
                        try await tx.execute(sql)
                        #expect(try await tx.fetchOne(sql).decode("n", as: Int.self) == 7)
                        #expect(try await tx.fetchOne(sql, as: (String, Int).self).1 == 7)
                        #expect(try await tx.fetchOne("SELECT pg_sleep(0) AS nothing").decode(0, as: String.self) == "")
                    }
                }
            }
        }

        /// Rows of unknown columns are asked for as text, and then as suits them; both are the same to their reader, and
        /// neither takes a round trip more.
        @Test(arguments: LiveServer.allCases) func asSuitsTheColumns(_ server: LiveServer) async throws {
            let sent = SentRequests()
            try await server.connected {
                $0.trafficObserver = sent.observe
            } _: { db in
                let sql = SQL(
                    raw: "SELECT 7 AS n, inet '10.0.0.1' AS a, 'x'::text AS t -- \(UInt64.random(in: 0 ... .max))")
                var formats: [[FormatCode]] = []
                for _ in 1...3 {
                    _ = sent.take()
                    let row = try await db.fetchOne(sql)
                    #expect(sent.takeWords().filter { $0 == "Sync" }.count == 1)
                    formats.append(row.columns.map(\.format))
                    #expect(try row.decode(as: (Int, String, String).self) == (7, "10.0.0.1", "x"))
                }
                #expect(formats[0] == [.text, .text, .text])
                #expect(formats[1] == [.binary, .text, .binary] && formats[2] == formats[1])
                // Another connection knows it, too.
                let elsewhere = try await server.connected { other in
                    try await other.fetchOne(sql).columns.map(\.format)
                }
                #expect(elsewhere == formats[1])
                // In a block, the formats must do for any number of columns.
                try await db.transaction { tx in
                    let row = try await tx.fetchOne(sql)
                    #expect(try row.decode(as: (Int, String, String).self) == (7, "10.0.0.1", "x"))
                }
            }
        }

        /// What is known of the columns may be out of date: nothing fails then, and nothing is carried out twice.
        @Test(arguments: LiveServer.allCases) func ofATableThatHasChanged(_ server: LiveServer) async throws {
            let table = "changing_\(UInt32.random(in: 0 ... .max))"
            try await server.connected { db in
                try await db.execute("CREATE TABLE \(identifier: table) (id int, address inet)")
                let sql: SQL = "INSERT INTO \(identifier: table) VALUES (1, '10.0.0.1') RETURNING *"
                for count in 1...3 {
                    #expect(try await db.fetchOne(sql).decode("address", as: String.self) == "10.0.0.1")
                    #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == count)
                }
                try await server.connected { other in
                    try await other.execute("ALTER TABLE \(identifier: table) ADD COLUMN acl aclitem")
                    for _ in 1...2 {
                        let row = try await other.fetchOne(sql)
                        #expect(try row.decode(as: (Int, String, String?).self) == (1, "10.0.0.1", nil))
                    }
                    try await other.execute("ALTER TABLE \(identifier: table) DROP COLUMN acl")
                    try await other.execute("ALTER TABLE \(identifier: table) ALTER id TYPE aclitem USING NULL")
                    try await other.execute("TRUNCATE \(identifier: table)")
                }
                try await db.execute("ALTER TABLE \(identifier: table) ALTER id TYPE int USING 1")
                for count in 1...3 {
                    #expect(try await db.fetchOne(sql).decode(as: (Int, String).self) == (1, "10.0.0.1"))
                    #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == count)
                }
                try await db.execute("DROP TABLE \(identifier: table)")
            }
        }

        /// Dates in a style that cannot be read: as dates all the same, and as text exactly where that is asked for.
        @Test(arguments: LiveServer.direct) func inAnotherStyle(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("SET DateStyle = 'German'")
                try await db.execute("SET IntervalStyle = 'iso_8601'")
                let sql: SQL = "SELECT date '2024-12-31' AS day, interval '1 day' AS length"
                for _ in 1...4 {
                    #expect(try await db.fetchOne(sql, as: (String, String).self) == ("31.12.2024", "P1D"))
                    let row = try await db.fetchOne(sql)
                    #expect(
                        try row.decode("day", as: CalendarDate.self) == CalendarDate(year: 2024, month: 12, day: 31))
                    #expect(try row.decode("length", as: Interval.self) == Interval(days: 1))
                    let error = try await failure { try row.decode("day", as: String.self) }
                    #expect("\(error)".contains("how it is printed depends on DateStyle"))
                }
                try await db.execute("SET TIME ZONE 'Asia/Tokyo'")
                try await db.execute("SET DateStyle = 'ISO'")
                for _ in 1...4 {
                    let row = try await db.fetchOne("SELECT timestamptz '2024-12-31 12:00Z' AS t")
                    #expect(try row.decode("t", as: String.self) == "2024-12-31 21:00:00+09")
                    #expect(try row.decode("t", as: TimestampTZ.self).description == "2024-12-31 12:00:00+00")
                }
            }
        }

        /// Wrong numbers of columns, where the server is the first to notice.
        @Test(arguments: LiveServer.allCases) func wrongNumbersOfColumns(_ server: LiveServer) async throws {
            try await server.connected { db in
                for _ in 1...4 {
                    let error = try await failure {
                        try await db.fetchAll("SELECT 1, 'a', 'b' AS b", as: (Int, String).self)
                    }
                    #expect(
                        "\(error)".contains("the result has 3 columns") && "\(error)".contains("where 2 are decoded"))
                    try await expectFailure("the result has 1 columns where 2 are decoded") {
                        _ = try await db.pipeline { p in try p.fetchAll("SELECT 1", as: (Int, String).self) }
                    }
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }
}
