import PGWire
import Testing

extension Live {
    /// What was prepared never means something else than its text, whatever happens between two uses.
    @Suite struct ChangedMeaning {
        /// - Parameter body: given the connection, and another one that changes things behind its back.
        private func withSchema(
            _ server: LiveServer, _ name: String,
            _ body: (borrowing Connection, borrowing Connection, _ schema: String) async throws -> Void
        ) async throws {
            let schema = "\(name)_\(server)"
            try await server.connected { db in
                try await server.connected { other in
                    try await other.execute(
                        script: "DROP SCHEMA IF EXISTS \(schema) CASCADE; CREATE SCHEMA \(schema)")
                    try await body(db, other, schema)
                    try await other.execute(script: "DROP SCHEMA \(schema) CASCADE")
                }
            }
        }

        /// The parameters of what is prepared keep their types; then the statement is prepared anew, and goes through.
        @Test(arguments: LiveServer.allCases) func aColumnOfAnotherType(_ server: LiveServer) async throws {
            try await withSchema(server, "retyped") { db, other, schema in
                try await other.execute(script: "CREATE TABLE \(schema).t (v int)")
                for value in ["1", "2", "3"] { try await db.execute("INSERT INTO \(raw: schema).t VALUES (\(value))") }
                try await other.execute(
                    script: "TRUNCATE \(schema).t; ALTER TABLE \(schema).t ALTER v TYPE uuid USING NULL")
                let id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
                for _ in 1...3 { try await db.execute("INSERT INTO \(raw: schema).t VALUES (\(id))") }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(raw: schema).t", as: Int.self) == 3)
                // An error that is none of a change stays one.
                for _ in 1...3 {
                    let error = try await serverFailure {
                        try await db.execute("INSERT INTO \(raw: schema).t VALUES (\("x"))")
                    }
                    #expect(error.sqlState == .invalidTextRepresentation)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func aTypeThatWasMadeAnew(_ server: LiveServer) async throws {
            try await withSchema(server, "remade") { db, other, schema in
                let make = "CREATE TYPE \(schema).mood AS ENUM ('sad', 'happy')"
                try await other.execute(script: make)
                for round in 1...6 {
                    if round == 4 { try await other.execute(script: "DROP TYPE \(schema).mood CASCADE; \(make)") }
                    let sql: SQL = "SELECT (\("happy")::\(raw: schema).mood)::text"
                    #expect(try await db.fetchOne(sql, as: String.self) == "happy", "\(round)")
                }
            }
        }

        /// One schema for each tenant.
        @Test(arguments: LiveServer.allCases) func thePathOfATransaction(_ server: LiveServer) async throws {
            try await withSchema(server, "tenants") { db, other, schema in
                for tenant in ["a", "b"] {
                    try await other.execute(
                        script: """
                            CREATE SCHEMA \(schema)_\(tenant);
                            CREATE TYPE \(schema)_\(tenant).mood AS ENUM ('\(tenant)', 'z');
                            CREATE TABLE \(schema)_\(tenant).t AS SELECT '\(tenant)'::\(schema)_\(tenant).mood AS v;
                            """)
                }
                let ways: [(String) -> SQL] = [
                    { "SET LOCAL search_path = \(raw: $0)" },
                    { "SELECT set_config('search_path', \($0), true)" },
                    { "SELECT set_config(\("search_path"), \($0), true)" },
                ]
                for set in ways {
                    for tenant in ["a", "b", "a", "b", "a"] {
                        let value = try await db.transaction { transaction in
                            _ = try await transaction.fetchAll(set("\(schema)_\(tenant)"))
                            return try await transaction.fetchOne(
                                "SELECT v::text FROM t WHERE v = \(tenant)", as: String.self)
                        }
                        #expect(value == tenant)
                    }
                }
                try await other.execute(script: "DROP SCHEMA \(schema)_a CASCADE; DROP SCHEMA \(schema)_b CASCADE")
            }
        }

        /// Settings that statements are read by, each by a statement that is the same before and after.
        @Test(arguments: [
            ("SET transform_null_equals = on", "SELECT CASE WHEN NULL = NULL THEN 'equal' ELSE 'not' END", "equal"),
            (
                "SET timezone_abbreviations = 'India'",
                "SELECT extract(epoch FROM '2020-01-01 00:00 IST'::timestamptz)::text", "1577817000.000000"
            ),
            ("SET array_nulls = off", "SELECT ('{NULL}'::text[])[1]", "NULL"),
            ("CREATE TEMP TABLE hidden AS SELECT 2 AS x", "SELECT x::text FROM hidden", "2"),
            ("EXPLAIN ANALYZE CREATE TEMP TABLE hidden AS SELECT 2 AS x", "SELECT x::text FROM hidden", "2"),
            ("-- x\rCREATE TEMP TABLE hidden AS SELECT 2 AS x", "SELECT x::text FROM hidden", "2"),
            ("SELECT 2 AS x INTO TEMP hidden", "SELECT x::text FROM hidden", "2"),
            ("WITH w AS (SELECT 1) SELECT 2 AS x INTO TEMP hidden FROM w", "SELECT x::text FROM hidden", "2"),
            ("DO 'BEGIN CREATE TEMP TABLE hidden AS SELECT 2 AS x; END'", "SELECT x::text FROM hidden", "2"),
        ])
        func whatAStatementIsReadBy(change: String, query: String, expected: String) async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute(script: "CREATE TABLE IF NOT EXISTS hidden AS SELECT 1 AS x")
                var before = ""
                for _ in 1...3 { before = try await db.fetchOne(SQL(raw: query), as: String?.self) ?? "" }
                #expect(before != expected)
                try await db.execute(SQL(raw: change))
                #expect(try await db.fetchOne(SQL(raw: query), as: String.self) == expected)
            }
        }

        /// Settings that have nothing to do with it cost nothing: programs set their own for each transaction.
        @Test func settingsOfTheProgram() async throws {
            let sent = SentRequests()
            try await LiveServer.postgres17.connected {
                $0.trafficObserver = sent.observe
            } _: { db in
                for round in 1...5 {
                    _ = sent.take()
                    try await db.transaction { transaction in
                        try await transaction.execute("SET LOCAL app.tenant = 'x'")
                        _ = try await transaction.fetchOne(
                            "SELECT set_config('app.tenant', \("y"), true)", as: String.self)
                        _ = try await transaction.fetchOne("SELECT \(1) + 1", as: Int.self)
                    }
                    let parsed = sent.takeWords().filter { $0.utf8.starts(with: "Parse pgwire".utf8) }
                    #expect(round < 4 || parsed.isEmpty, "\(parsed)")
                }
            }
        }

        /// What a function raises may look like the server's own; the statement was carried out then, and is not sent again.
        @Test(arguments: ["0A000", "26000", "42P05", "42883", "22P02"])
        func whatAFunctionRaises(state: String) async throws {
            try await LiveServer.postgres17.connected { db in
                let name = "raises_\(state.lowercased())"
                try await db.execute(
                    script: """
                        CREATE SEQUENCE IF NOT EXISTS \(name)_runs;
                        CREATE OR REPLACE FUNCTION \(name)(i int) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
                        BEGIN
                            PERFORM nextval('\(name)_runs');
                            RAISE EXCEPTION 'cached plan must not change result type' USING ERRCODE = '\(state)';
                        END $$
                        """)
                for call in 1...5 {
                    let error = try await serverFailure { try await db.fetchAll("SELECT \(raw: name)(\(1)::int)") }
                    #expect(error.sqlState.rawValue == state)
                    let runs = try await db.fetchOne(SQL(raw: "SELECT last_value FROM \(name)_runs"), as: Int.self)
                    #expect(runs == call)
                }
                #expect(db.poolerMode.kind != .transaction)
            }
        }
    }
}
