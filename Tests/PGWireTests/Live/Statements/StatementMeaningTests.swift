import PGWire
import Testing

extension Live {
    /// A statement means the same whether or not it is prepared, and a failed block can always be ended.
    @Suite struct StatementMeaning {
        /// A setting, statements under two values of it, and what the second gives.
        struct Case: Sendable, CustomTestStringConvertible {
            var setting: String
            var first: String
            var second: String
            var sql: String
            var expected: String
            var testDescription: String { "\(setting) \(second)" }
        }

        static let cases = [
            Case(
                setting: "TimeZone", first: "UTC", second: "Asia/Tokyo",
                sql: "SELECT extract(epoch FROM timestamptz '2020-01-01 00:00')::bigint::text", expected: "1577804400"),
            Case(
                setting: "DateStyle", first: "ISO, MDY", second: "ISO, DMY",
                sql: "SELECT to_char(date '01/02/2020', 'YYYY-MM-DD')", expected: "2020-02-01"),
            Case(
                setting: "IntervalStyle", first: "postgres", second: "sql_standard",
                sql: "SELECT extract(epoch FROM interval '-1 2:00:00')::bigint::text", expected: "-93600"),
            Case(
                setting: "standard_conforming_strings", first: "on", second: "off",
                sql: #"SELECT length('a\\b')::text"#,
                expected: "3"),
        ]

        @Test(arguments: LiveServer.allCases, cases)
        func underAnotherSetting(_ server: LiveServer, _ sample: Case) async throws {
            try await server.connected { db in
                let sql = SQL(raw: sample.sql)
                for isLocal in [true, false] {
                    func set(_ value: String) async throws {
                        try await db.execute("SET \(raw: sample.setting) = \(raw: "'\(value)'")")
                    }
                    // PgBouncer knows what is reported, and so keeps it with the client.
                    try await set(sample.first)
                    var before = ""
                    for _ in 1...4 { before = try await db.fetchOne(sql, as: String.self) }
                    #expect(before != sample.expected)
                    if isLocal {
                        try await db.transaction { tx in
                            try await tx.execute("SET LOCAL \(raw: sample.setting) = \(raw: "'\(sample.second)'")")
                            for _ in 1...3 {
                                let now = try await tx.fetchOne(sql, as: String.self)
                                #expect(now == sample.expected)
                            }
                        }
                        for _ in 1...3 { #expect(try await db.fetchOne(sql, as: String.self) == before) }
                    } else {
                        try await set(sample.second)
                        for _ in 1...3 { #expect(try await db.fetchOne(sql, as: String.self) == sample.expected) }
                        try await set(sample.first)
                        for _ in 1...3 { #expect(try await db.fetchOne(sql, as: String.self) == before) }
                    }
                }
            }
        }

        /// Nothing is sent along that could keep it from its work.
        @Test(
            arguments: LiveServer.allCases,
            [
                "VACUUM", "CREATE INDEX CONCURRENTLY i ON pg_class (relname)", "SELECT 1/0",
                "ALTER SYSTEM SET work_mem = '4MB'",
            ])
        func aFailedBlockIsEndedByTheFirst(_ server: LiveServer, _ statement: String) async throws {
            for end: SQL in ["ROLLBACK", "COMMIT", "END", "ROLLBACK AND CHAIN", "abort"] {
                try await server.connected {
                    $0.statementTimeout = .seconds(30)
                } _: { db in
                    for _ in 1...3 {
                        try await db.execute("BEGIN")
                        await #expect(throws: PostgresError.self) { try await db.execute(SQL(raw: statement)) }
                        #expect(try await db.execute(end).description == "ROLLBACK", "\(end)")
                        #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                        if "\(end)" == "ROLLBACK AND CHAIN" { try await db.execute("COMMIT") }
                    }
                }
            }
        }
    }
}
