import Foundation
import PGWire
import Testing

extension Live {
    /// A binary COPY does not tell the types of its columns: they are asked for, and the values are checked as those of rows are.
    @Suite struct CopyOutTypes {
        private static let table = """
            DROP TABLE IF EXISTS copied_out; DROP DOMAIN IF EXISTS copied_score;
            CREATE DOMAIN copied_score AS int;
            CREATE TABLE copied_out (gone int, "Id" int, score copied_score, mood mood, at date, twice int GENERATED ALWAYS AS (7) STORED);
            ALTER TABLE copied_out DROP COLUMN gone;
            INSERT INTO copied_out VALUES (1, 2, 'ok', '2024-01-01'), (2, NULL, NULL, NULL);
            """

        private func copy<T: PostgresCodable & Sendable>(
            _ sql: SQL, as type: T.Type, _ db: borrowing Connection
        ) async throws -> [T] {
            var values: [T] = []
            try await db.copyOut(sql, as: type) { values.append($0) }
            return values
        }

        @Test(arguments: LiveServer.allCases) func tables(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute(script: Self.table)
                var rows: [String] = []
                try await db.copyOut(
                    "COPY copied_out TO STDOUT (FORMAT binary)", as: (Int, Int?, String?, CalendarDate?).self
                ) { id, score, mood, date in
                    rows.append("\(id) \(score ?? -1) \(mood ?? "-") \(date.map { "\($0)" } ?? "-")")
                }
                #expect(rows == ["1 2 ok 2024-01-01", "2 -1 - -"])
                // Whatever can be printed can be read as text.
                let ids = try await copy("COPY copied_out (\"Id\") TO STDOUT (FORMAT binary)", as: String.self, db)
                #expect(ids == ["1", "2"])
                try await expectFailure(
                    "column \"at\" of type 1082 (date) cannot be decoded as Int32: take CalendarDate or Date, or cast it in SQL"
                ) {
                    try await copy("COPY copied_out (at) TO STDOUT (FORMAT binary)", as: Int32.self, db)
                }
                try await db.execute(script: "DROP TABLE copied_out; DROP DOMAIN copied_score")
            }
        }

        @Test(arguments: LiveServer.allCases) func queries(_ server: LiveServer) async throws {
            try await server.connected { db in
                func failing<T: PostgresCodable & Sendable>(
                    _ query: String, _ type: T.Type, _ description: String
                ) async throws {
                    try await expectFailure(description) {
                        try await copy("COPY (\(raw: query)) TO STDOUT (FORMAT binary)", as: type, db)
                    }
                }
                try await failing(
                    "SELECT 1.5::float8 AS x", Int64.self,
                    "column \"x\" of type 701 (float8) cannot be decoded as Int64: take Double or Float, or cast it in SQL"
                )
                try await failing(
                    "SELECT 5::int8 AS x", Date.self,
                    "column \"x\" of type 20 (int8) cannot be decoded as Date: take Int or another integer type, or cast it in SQL"
                )
                try await failing(
                    "SELECT '2024-01-01'::date AS x", Int32.self,
                    "column \"x\" of type 1082 (date) cannot be decoded as Int32: take CalendarDate or Date, or cast it in SQL"
                )
            }
        }

        /// Ways of writing it, each of which copies `5`.
        @Test(arguments: [
            "COPY (SELECT 5::int8) TO STDOUT (FORMAT binary)",
            "copy(values (5::int4))to stdout with binary",
            "COPY /* ) TO STDOUT */ (WITH x AS (SELECT 5::int2 AS a, ') TO STDOUT' AS b) SELECT a FROM x -- )\n) TO -- x\n STDOUT (FORMAT binary)",
            "COPY (SELECT 5::int8 AS a ORDER BY 1 FOR UPDATE) TO STDOUT (FORMAT binary)",
            "COPY (TABLE copied_fives) TO STDOUT (FORMAT binary)",
            "COPY copied_fives TO STDOUT (FORMAT binary)",
            "COPY public.copied_fives (a) TO STDOUT BINARY",
            "COPY (INSERT INTO copied_sixes VALUES (5) RETURNING a) TO STDOUT (FORMAT binary)",
            "COPY (WITH i AS (INSERT INTO copied_sixes VALUES (5) RETURNING a) SELECT a FROM i) TO STDOUT (FORMAT binary)",
        ])
        func waysToWriteIt(sql: String) async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute(
                    script: """
                        CREATE TEMP TABLE copied_fives AS SELECT 5::int8 AS a; CREATE TEMP TABLE copied_sixes (a int8);
                        """)
                let text = sql.replacingOccurrences(of: "public.copied_fives", with: "pg_temp.copied_fives")
                #expect(try await copy(SQL(raw: text), as: Int.self, db) == [5])
                let count = try await db.fetchOne("SELECT count(*) FROM copied_sixes", as: Int.self)
                #expect(count == (sql.contains("INSERT") ? 1 : 0), "carried out once")
            }
        }

        /// Errors point at the place in the COPY, whichever of the two statements the server found them in.
        @Test func placesOfErrors() async throws {
            try await LiveServer.postgres17.connected { db in
                for sql in [
                    "COPY (SELECT 'é', nothing) TO STDOUT (FORMAT binary)",
                    "COPY nothing TO STDOUT (FORMAT binary)",
                    "COPY (SELECT 1, ) TO STDOUT (FORMAT binary)",
                ] {
                    let error = try await serverFailure { try await copy(SQL(raw: sql), as: Int.self, db) }
                    #expect(error.sql == sql)
                    guard let position = error.position else { continue }
                    let rest = String(String.UnicodeScalarView(sql.unicodeScalars.dropFirst(position - 1)))
                    #expect(rest.hasPrefix("nothing") || rest.hasPrefix(")"), "\(rest)")
                }
            }
        }

        /// Bytes that are no text never become one.
        @Test func bytesThatAreNoText() async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute(script: "CREATE TYPE pg_temp.pair AS (a int, b int)")
                for sql in [
                    "COPY (SELECT ROW(65, 66)::pg_temp.pair AS x) TO STDOUT (FORMAT binary)",
                    "COPY (WITH i AS (DELETE FROM pg_class WHERE false) SELECT 65) TO STDOUT (FORMAT binary)",
                ] as [SQL] {
                    let error = try await failure { try await copy(sql, as: String.self, db) }
                    #expect("\(error)".contains("cannot be decoded as String"), "\(error)")
                }
            }
        }

        /// What has no binary form that is known is refused before it is sent.
        @Test func whatCannotBeCopiedIn() async throws {
            try await LiveServer.postgres15.connected { db in
                try await db.execute(
                    script: """
                        CREATE EXTENSION IF NOT EXISTS ltree; CREATE EXTENSION IF NOT EXISTS citext;
                        CREATE TYPE pg_temp.pair AS (a int, b int);
                        CREATE TEMP TABLE copied_in (p pg_temp.pair, l ltree, c citext, m mood);
                        """)
                func refuse<T: PostgresCodable & Sendable>(_ value: T, for column: String) async throws {
                    let error = try await failure {
                        try await db.copyIn("COPY copied_in (\(raw: column)) FROM STDIN (FORMAT binary)") { writer in
                            try await writer.write(row: value)
                        }
                    }
                    #expect("\(error)".contains("it is \"\(column)\" of type"), "\(error)")
                }
                try await refuse(LTree("a.b"), for: "l")
                try await refuse(PostgresRecord(1, 2), for: "p")
                try await db.copyIn("COPY copied_in (c, m) FROM STDIN (FORMAT binary)") { writer in
                    try await writer.write(row: "A", "ok")
                }
                let row = try await db.fetchOne("SELECT c, m FROM copied_in", as: (String, String).self)
                #expect(row == ("A", "ok"))
            }
        }
    }
}
