import PGWire
import Testing

extension Live {
    /// Where the server's message alone does not tell what to do, its error says so.
    @Suite struct Advice {
        @Test(arguments: LiveServer.allCases) func remedies(_ server: LiveServer) async throws {
            let text = "x"
            let isAll = text.isEmpty
            let cases: [(SQL, SQLState, String)] = [
                ("SELECT 1 \(isAll ? "" : "WHERE true")", .syntaxError, "SQL, not String"),
                ("SELECT 1; SELECT 2", .syntaxError, "execute(script:"),
                ("SELECT \(1); SELECT \(2)", .syntaxError, "execute(script:"),
                ("SELECT interval \("1 day")", .syntaxError, "\\(text)::interval"),
                ("SELECT make_interval(days => \(3))", .undefinedFunction, "\\(value)::int"),
                ("SELECT * FROM unnest(\(["a"]))", .ambiguousFunction, "unnest($1::text[])"),
                ("SELECT cardinality(\(["a"]))", .datatypeMismatch, "$1::text[]"),
                ("SELECT \(text) IS NULL", .indeterminateDatatype, "write $1::text"),
            ]
            try await server.connected { db in
                for (sql, state, advice) in cases {
                    let error = try await serverFailure { try await db.fetchAll(sql) }
                    #expect(error.sqlState == state, "\(sql)")
                    #expect(error.advice?.contains(advice) ?? false, "\(error)")
                }
                // The remedies are some.
                let row = try await db.fetchOne(
                    """
                    SELECT 'axb' LIKE \("%\(text)%"), 'axb' LIKE '%' || \(text) || '%', make_interval(days => \(3)::int)::text,
                           \("1 day")::interval::text, cardinality(\(["a"])::text[]), (SELECT count(*) FROM unnest(\(["a"])::text[]))
                    \(isAll ? "" : "WHERE true" as SQL)
                    """, as: (Bool, Bool, String, String, Int, Int).self)
                #expect(row == (true, true, "3 days", "1 day", 1, 1))
                // Where nothing of this is the reason, nothing is said.
                for sql in ["SELECT 1 +", "SELECT nothing(\(1)::int)", "SELECT \(1)::int + \("a")::text"] as [SQL] {
                    let error = try await serverFailure { try await db.fetchAll(sql) }
                    #expect(error.advice == nil, "\(error)")
                }
            }
        }

        /// The server takes the value of a known type all the same, and uses it nowhere.
        @Test(arguments: LiveServer.allCases) func valuesInsideOfQuotes(_ server: LiveServer) async throws {
            try await server.connected { db in
                let refused: [SQL] = [
                    "SELECT 'a1b' LIKE '%\(1)%'", "SELECT 'a' LIKE '%\("a")%'", "SELECT 'it''s \(1)', \(2)",
                    "SELECT $$\(1)$$", "SELECT E'\\'\(1)'", "SELECT '\(1)', '\(2)', \(3)",
                ]
                for sql in refused {
                    let error = try await failure { try await db.fetchAll(sql) }
                    #expect("\(error)".utf8.starts(with: "A value was interpolated inside of quotes".utf8), "\(error)")
                }
                let taken: [(SQL, String)] = [
                    ("SELECT 'costs $1' || \("!")", "costs $1!"), ("SELECT '$2' || \("a")::text", "$2a"),
                    ("SELECT 'it''s ' || \("a")::text", "it's a"), ("SELECT \("a") || ' ''$1'''", "a '$1'"),
                    ("SELECT E'\\'' || \("a")::text", "'a"), ("SELECT /* '\(1)' */ 'a' || \("b")", "ab"),
                    ("SELECT \"?'?\" || \("b") FROM (SELECT 'a' AS \"?'?\") t", "ab"),
                ]
                for (sql, text) in taken {
                    #expect(try await db.fetchOne(sql, as: String.self) == text, "\(sql)")
                }
                // Where a backslash hides the end of a literal, only the server knows.
                try await db.transaction { transaction in
                    try await transaction.execute("SET LOCAL standard_conforming_strings = off")
                    try await transaction.execute("SET LOCAL escape_string_warning = off")
                    let sql: SQL = "SELECT '\\'' || \("a")::text || '\\''"
                    #expect(try await transaction.fetchOne(sql, as: String.self) == "'a'")
                }
            }
        }

        @Test func valuesThatDoNotFitTheText() async throws {
            try await LiveServer.postgres18.connected { db in
                try await expectFailure("the text has $2, but 1 value came with it") {
                    try await db.execute(SQL(raw: "SELECT $1, $2", 1))
                }
                try await expectFailure("2 values came with the text, which has no $2") {
                    try await db.execute(SQL(raw: "SELECT $1, '$2'", 1, 2))
                }
                try await expectFailure("the text has $0, but 1 value came with it") {
                    try await db.execute(SQL(raw: "SELECT $1, $0", 1))
                }
                let row = try await db.fetchOne(
                    SQL(raw: "SELECT $2::text, $1::int8, $2::text, '$3'", 7, "x"),
                    as: (String, Int, String, String).self)
                #expect(row == ("x", 7, "x", "$3"))
                let part = SQL(raw: "$2 || $1 || $2", "a", "b")
                #expect(
                    try await db.fetchOne("SELECT \(part), \(part), \("c")", as: (String, String, String).self) == (
                        "bab", "bab", "c"
                    ))
            }
        }
    }
}
