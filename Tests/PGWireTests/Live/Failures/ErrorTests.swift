import PGWire
import Testing

extension Live {
    /// What the server reports of a failed statement reaches the caller whole, and the connection can be used further.
    @Suite struct Errors {
        @Test(arguments: LiveServer.allCases) func haveACaret(_ server: LiveServer) async throws {
            try await server.connected { db in
                let error = try await failure {
                    try await db.execute(
                        """
                        SELECT 'größer 🐘',
                               nme FROM pg_class WHERE relname = \("secret value")
                        """)
                }
                #expect(
                    "\(error)" == """
                        ERROR: column "nme" does not exist (SQLSTATE 42703)
                        LINE 2:        nme FROM pg_class WHERE relname = $1
                                       ^
                        """)
                let script = try await failure { try await db.execute(script: "SELECT 1;\nSELEC 2") }
                #expect(
                    "\(script)" == """
                        ERROR: syntax error at or near "SELEC" (SQLSTATE 42601)
                        LINE 2: SELEC 2
                                ^
                        """)
                // With a timeout, another statement goes before it in the batch, which must not shift the caret.
                let timed = try await failure { try await db.execute("SELEC 3", timeout: .seconds(5)) }
                #expect(
                    "\(timed)" == """
                        ERROR: syntax error at or near "SELEC" (SQLSTATE 42601)
                        LINE 1: SELEC 3
                                ^
                        """)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test(arguments: LiveServer.allCases) func haveAllFields(_ server: LiveServer) async throws {
            try await server.connected { db in
                _ = try? await db.transaction { tx in
                    try await tx.execute(
                        "CREATE TEMPORARY TABLE f (id int CONSTRAINT positive CHECK (id > 0)) ON COMMIT DROP")
                    let error = try await serverFailure { try await tx.execute("INSERT INTO f VALUES (\(-1))") }
                    #expect(error.severity == "ERROR" && !error.isFatal)
                    #expect(error.sqlState == .checkViolation)
                    #expect(error.sqlState.is(in: .integrityConstraintViolation))
                    #expect(error.message == "new row for relation \"f\" violates check constraint \"positive\"")
                    #expect(error.detail == "Failing row contains (-1).")
                    #expect(error.schemaName?.hasPrefix("pg_temp") == true)
                    #expect(error.tableName == "f" && error.constraintName == "positive")
                    #expect(error.file == "execMain.c" && error.routine == "ExecConstraints")
                    #expect(error.line.flatMap { Int($0) } != nil)
                    throw Stop()
                }
                let raised = try await serverFailure {
                    try await db.execute(
                        """
                        DO $$ BEGIN RAISE EXCEPTION 'no %', 'way' USING ERRCODE = 'U1234', DETAIL = 'd', HINT = 'h',
                            COLUMN = 'c', DATATYPE = 't'; END $$
                        """)
                }
                #expect(raised.sqlState.rawValue == "U1234")
                #expect(raised.columnName == "c" && raised.dataTypeName == "t")
                #expect(
                    raised.description == """
                        ERROR: no way (SQLSTATE U1234)
                        DETAIL: d
                        HINT: h
                        CONTEXT: PL/pgSQL function inline_code_block line 1 at RAISE
                        """)
                let inner = try await serverFailure { try await db.execute("DO $$ BEGIN EXECUTE 'SELEC 1'; END $$") }
                #expect(
                    inner.description == """
                        ERROR: syntax error at or near "SELEC" (SQLSTATE 42601)
                        QUERY: SELEC 1
                        LINE 1: SELEC 1
                                ^
                        CONTEXT: PL/pgSQL function inline_code_block line 1 at EXECUTE
                        """)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test(arguments: LiveServer.allCases) func comeAfterRowsToo(_ server: LiveServer) async throws {
            try await server.connected { db in
                var seen = 0
                let error = try await serverFailure {
                    for try await _ in db.query("SELECT 1 / (5001 - i) FROM generate_series(1, 9000) i") { seen += 1 }
                }
                #expect(error.sqlState == .divisionByZero)
                #expect(seen == 5000)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// The values of parameters are in none of the texts, whatever goes wrong on our side.
        @Test(arguments: [LiveServer.postgres15]) func adviseAndKeepValuesToThemselves(_ server: LiveServer)
            async throws
        {
            try await server.connected { db in
                try await expectFailure(
                    """
                    ERROR: could not determine data type of parameter $1 (SQLSTATE 42P18)
                    A Swift String, or an array of them, is sent without a type, so that the server can infer it: write \
                    $1::text, or $1::text[], where it cannot.
                    """
                ) {
                    try await db.fetchOne("SELECT \("hush") IS NULL")
                }
                try await expectFailure(
                    """
                    ERROR: VACUUM cannot be executed within a pipeline (SQLSTATE 25001)
                    Run it outside of a transaction and of a pipeline, or as their first statement.
                    """
                ) {
                    try await db.pipeline { p in (try p.execute("SELECT 1"), try p.execute("VACUUM pg_attrdef")) }
                }
                try await db.execute("VACUUM pg_attrdef", timeout: .seconds(30))
                let wrong = try await failure { try await db.execute("SELECT $1::text || $2::text, \("hush")") }
                #expect(!"\(wrong)".contains("hush"))
            }
        }
    }
}
