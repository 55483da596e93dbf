import Foundation
import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Two-phase commit.
    @Suite struct PreparedTransactions {
        /// PostgreSQL 18 is the one where it is turned off, as it is unless somebody turns it on.
        private static let servers: [LiveServer] = [.postgres15, .postgres17, .pgBouncer]

        private func withTable(
            _ server: LiveServer, _ body: (Connection, SQL) async throws -> Void
        ) async throws {
            try await server.withTable("n int PRIMARY KEY") { db, table in
                for left in try await db.preparedTransactions() { try await db.rollbackPrepared(left.id) }
                try await body(db, "\(identifier: table)")
            }
        }

        @Test(arguments: servers) func finishedByAnotherConnection(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                // Whatever is in the identifier.
                let ids = ["o'ne \\ 1", "zwei \u{1F418}", String(repeating: "x", count: 199)]
                for (number, id) in ids.enumerated() {
                    let result = try await db.prepareTransaction(id, isolation: .serializable, settings: ["app.x": "1"])
                    { tx in
                        try await tx.execute("INSERT INTO \(table) VALUES (\(number))")
                        return try await tx.fetchOne("SELECT current_setting('app.x')", as: String.self)
                    }
                    #expect(result == "1")
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(table)", as: Int.self) == 0)
                try await server.connected { other in
                    let found = try await other.preparedTransactions()
                    #expect(found.map(\.id) == ids)
                    let user = try await server.configuration.user
                    #expect(found.allSatisfy { $0.owner == user && abs($0.preparedAt.timeIntervalSinceNow) < 600 })
                    try await other.commitPrepared(ids[0])
                    try await other.rollbackPrepared(ids[1])
                    try await other.commitPrepared(ids[2])
                    #expect(try await other.preparedTransactions() == [])
                }
                #expect(try await db.fetchAll("SELECT n FROM \(table) ORDER BY n", as: Int.self) == [0, 2])
                let error = try await serverFailure { try await db.commitPrepared(ids[1]) }
                #expect(error.sqlState == .undefinedObject)
            }
        }

        @Test(arguments: servers) func whatIsNotPrepared(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                await #expect(throws: Stop.self) { try await db.prepareTransaction("x") { _ in throw Stop() } }
                try await expectFailure(
                    "the transaction was rolled back instead of prepared, because a statement in it had failed: let the error "
                        + "leave the closure instead of going on"
                ) {
                    try await db.prepareTransaction("x") { tx in _ = try? await tx.execute("SELECT 1/0") }
                }
                // What cannot be prepared fails when it is to be, and is rolled back.
                let error = try await serverFailure {
                    try await db.prepareTransaction("x") { tx in
                        try await tx.execute("INSERT INTO \(table) VALUES (1)")
                        try await tx.execute("CREATE TEMP TABLE own (n int)")
                    }
                }
                #expect(error.sqlState == .featureNotSupported)
                let lost = try await failure {
                    try await server.connected { other in
                        try await other.prepareTransaction("x") { tx in
                            try await tx.execute("INSERT INTO \(table) VALUES (2)")
                            try await tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                        }
                    }
                }
                if case .prepareOutcomeUnknown = lost { Issue.record("it was known: \(lost)") }
                #expect(try await db.preparedTransactions() == [])
                #expect(try await db.fetchOne("SELECT count(*) FROM \(table)", as: Int.self) == 0)
                for id in ["", String(repeating: "x", count: 200), "a\0b"] {
                    let text = "a prepared transaction's identifier has 1 to 199 bytes, none of them zero"
                    try await expectFailure(text) { try await db.prepareTransaction(id) { _ in } }
                    try await expectFailure(text) { try await db.commitPrepared(id) }
                }
            }
        }

        @Test func turnedOff() async throws {
            try await LiveServer.postgres18.connected { db in
                let error = try await serverFailure { try await db.prepareTransaction("x") { _ in } }
                #expect(error.sqlState == .objectNotInPrerequisiteState)
                #expect(
                    "\(error)".hasSuffix(
                        "The server's max_prepared_transactions is 0: set it to as many as there may be at once, and restart it."
                    ))
                #expect(try await db.preparedTransactions() == [])
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// What a table is like when it was changed in the meantime: what was prepared before must be prepared anew.
        @Test(arguments: servers) func definitionsComeWithTheCommit(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                let query: SQL = "SELECT * FROM \(table)"
                for _ in 1...3 { #expect(try await db.fetchAll(query).count == 0) }
                try await db.prepareTransaction("ddl") { tx in
                    try await tx.execute("ALTER TABLE \(table) ADD COLUMN more text DEFAULT 'x'")
                    try await tx.execute("INSERT INTO \(table) VALUES (1)")
                    for _ in 1...3 { #expect(try await tx.fetchAll(query).map(\.columns.count) == [2]) }
                }
                try await db.commitPrepared("ddl")
                let rows = try await db.transaction { tx in try await tx.fetchAll(query) }
                #expect(rows.map(\.columns.count) == [2])
            }
        }

        @Test func theOutcomeIsUnknownWhenTheAnswerNeverComes() async throws {
            let begun: [WireMessage] = [
                .parseComplete, .bindComplete, .noData, .commandComplete("BEGIN"), .readyForQuery(.inTransaction),
            ]
            for end: [ScriptedServer.Step] in [[.receiveBatch, .close], [.receiveBatch, .staySilent]] {
                try await ScriptedServer.run([.trust, .answer(begun)] + end, [.close]) { server in
                    var configuration = Connection.Configuration(
                        host: "127.0.0.1", port: server.port, user: "scribe", password: "x", tls: .disabled)
                    configuration.statementTimeout = .milliseconds(100)
                    let db = try await Connection.connect(configuration)
                    let error = try await failure { try await db.prepareTransaction("x") { _ in } }
                    guard case .prepareOutcomeUnknown = error else { throw error }
                    #expect(
                        "\(error)".hasPrefix(
                            "the transaction may or may not be prepared, as the answer to PREPARE TRANSACTION never came: "
                        ))
                    await db.close()
                }
            }
        }
    }
}
