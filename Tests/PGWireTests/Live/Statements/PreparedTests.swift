import PGWire
import Testing

extension Live {
    /// What becomes of prepared statements when the server no longer has them, or not as they were: the caller need not
    /// know.
    @Suite struct Prepared {
        /// Ways to read rows; each gives those of `sql` as texts.
        enum Reading: CaseIterable, Sendable {
            case fetch, stream, each

            func texts(_ db: borrowing some Queryable & ~Copyable, _ sql: SQL) async throws -> [String] {
                var texts: [String] = []
                switch self {
                case .fetch: texts = try await db.fetchAll(sql).map(Self.text)
                case .stream: for try await row in db.query(sql) { texts.append(try Self.text(row)) }
                case .each: try await db.forEachRow(sql) { row in texts.append(try Self.text(Row(row))) }
                }
                return texts
            }

            private static func text(_ row: Row) throws -> String {
                try row.columns.indices.map { index in
                    let column = row.columns[index]
                    let value =
                        column.type == .int4
                        ? try row.decode(index, as: Int32?.self).map { "\($0)" }
                        : try row.decode(index, as: String?.self)
                    return "\(column.name) \(value ?? "NULL")"
                }.joined(separator: ", ")
            }
        }

        /// A table of the test's own, with a row in it, and a connection.
        private func withTable(
            _ server: LiveServer, _ change: (inout Connection.Configuration) -> Void = { _ in },
            _ body: (Connection, String) async throws -> Void
        ) async throws {
            let table = "prepared_\(UInt32.random(in: 0 ... .max))"
            try await server.connected(change) { db in
                try await db.execute(script: "CREATE TABLE \(table) (id int4); INSERT INTO \(table) VALUES (1)")
                try await body(db, table)
                try await db.execute(script: "DROP TABLE \(table)")
            }
        }

        @Test(arguments: LiveServer.allCases, Reading.allCases)
        func aChangedTableIsNotNoticed(_ server: LiveServer, _ reading: Reading) async throws {
            try await withTable(server) { db, table in
                let sql: SQL = "SELECT * FROM \(identifier: table) ORDER BY id"
                for _ in 1...4 { #expect(try await reading.texts(db, sql) == ["id 1"]) }
                let changes = [
                    ("ADD COLUMN name text", "id 1, name NULL"), ("RENAME COLUMN name TO title", "id 1, title NULL"),
                    ("ALTER COLUMN title SET DATA TYPE int4 USING 7", "id 1, title 7"),
                    ("DROP COLUMN title", "id 1"), ("ALTER COLUMN id SET DATA TYPE text USING id::text", "id 1"),
                ]
                for (change, expected) in changes {
                    try await db.execute("ALTER TABLE \(identifier: table) \(raw: change)")
                    for use in 1...4 {
                        #expect(try await reading.texts(db, sql) == [expected], "\(change), use \(use)")
                    }
                }
                #expect(db.poolerMode.kind == (server == .pgBouncer ? .transaction : .direct))
                #expect(try await db.preparedStatements().count == (server == .pgBouncer ? 0 : 1))
            }
        }

        /// The same where values are sent, and where a statement changes the table.
        @Test(arguments: LiveServer.direct) func aChangedTableAndReturning(_ server: LiveServer) async throws {
            try await withTable(server, { $0.poolerMode = .direct }) { db, table in
                func insert(_ id: Int32) async throws -> [String] {
                    try await Reading.fetch.texts(db, "INSERT INTO \(identifier: table) VALUES (\(id)) RETURNING *")
                }
                for id: Int32 in 2...4 { #expect(try await insert(id) == ["id \(id)"]) }
                try await db.execute("ALTER TABLE \(identifier: table) ADD COLUMN name text DEFAULT 'x'")
                for id: Int32 in 5...7 { #expect(try await insert(id) == ["id \(id), name x"]) }
                // None was carried out twice.
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 7)
            }
        }

        /// After one's own change in the same transaction, nothing prepared before is relied on; nor after it was undone.
        @Test(arguments: LiveServer.direct, Reading.allCases)
        func aChangedTableInATransaction(_ server: LiveServer, _ reading: Reading) async throws {
            try await withTable(server, { $0.poolerMode = .direct }) { db, table in
                let sql: SQL = "SELECT * FROM \(identifier: table)"
                for _ in 1...3 { #expect(try await reading.texts(db, sql) == ["id 1"]) }
                try await db.transaction { tx in
                    try await tx.execute("SAVEPOINT s")
                    try await tx.execute("ALTER TABLE \(identifier: table) ADD COLUMN name text")
                    for _ in 1...3 {
                        let texts = try await reading.texts(tx, sql)
                        #expect(texts == ["id 1, name NULL"])
                    }
                    try await tx.execute("ROLLBACK TO s")
                    for _ in 1...3 {
                        let texts = try await reading.texts(tx, sql)
                        #expect(texts == ["id 1"])
                    }
                }
            }
        }

        /// Where somebody else has changed the table, the error has ended the transaction. It is run again where that is
        /// asked for, and afterwards it works in any case.
        @Test(arguments: LiveServer.direct, Reading.allCases)
        func aTableThatOthersHaveChanged(_ server: LiveServer, _ reading: Reading) async throws {
            try await withTable(server, { $0.poolerMode = .direct }) { db, table in
                let sql: SQL = "SELECT * FROM \(identifier: table)"
                try await server.connected { other in
                    for _ in 1...3 { #expect(try await reading.texts(db, sql) == ["id 1"]) }
                    try await other.execute("ALTER TABLE \(identifier: table) ADD COLUMN name text")
                    let error = try await serverFailure {
                        try await db.transaction { tx in _ = try await reading.texts(tx, sql) }
                    }
                    #expect(error.sqlState == .featureNotSupported)
                    for _ in 1...3 { #expect(try await reading.texts(db, sql) == ["id 1, name NULL"]) }
                    try await other.execute("ALTER TABLE \(identifier: table) ADD COLUMN age int")
                    let texts = try await db.transaction(retries: 1) { tx in try await reading.texts(tx, sql) }
                    #expect(texts == ["id 1, name NULL, age NULL"])
                }
            }
        }

        @Test(arguments: LiveServer.direct) func aFailedParseLeavesNothingBehind(_ server: LiveServer) async throws {
            try await withTable(server, { $0.poolerMode = .direct }) { db, table in
                let sql: SQL = "SELECT * FROM \(identifier: table) WHERE id = \(Int32(1))"
                #expect(try await Reading.fetch.texts(db, sql) == ["id 1"])
                try await db.execute("ALTER TABLE \(identifier: table) RENAME TO elsewhere")
                for _ in 1...3 {
                    let error = try await serverFailure { try await db.fetchAll(sql) }
                    #expect(error.sqlState == .undefinedTable)
                    #expect(try await db.preparedStatements() == [])
                }
                try await db.execute("ALTER TABLE elsewhere RENAME TO \(identifier: table)")
                for _ in 1...3 { #expect(try await Reading.fetch.texts(db, sql) == ["id 1"]) }
                #expect(try await db.preparedStatements().count == 1)
                // An error when it is carried out is none of the prepared statement's.
                let division: SQL = "SELECT 1 / \(Int32(0))"
                for _ in 1...4 {
                    #expect(try await serverFailure { try await db.execute(division) }.sqlState == .divisionByZero)
                }
                #expect(try await db.preparedStatements().count == 2)
                #expect(db.poolerMode.kind == .direct)
            }
        }

        /// Statements that must be the only or the first one of a transaction are not disturbed by internal statements.
        @Test(arguments: LiveServer.direct, [Duration?.none, .seconds(60)])
        func whatMustStandAlone(_ server: LiveServer, _ timeout: Duration?) async throws {
            let database = "alone_\(UInt32.random(in: 0 ... .max))"
            try await withTable(server, { $0.statementTimeout = timeout }) { db, table in
                for use in 1...4 {
                    try await db.execute("VACUUM \(identifier: table)")
                    try await db.execute("CREATE DATABASE \(identifier: database)")
                    try await db.execute("DROP DATABASE \(identifier: database)")
                    try await db.execute("CREATE INDEX CONCURRENTLY i ON \(identifier: table) (id)")
                    try await db.execute("DROP INDEX CONCURRENTLY i")
                    try await db.execute("DO $$ BEGIN COMMIT; END $$")
                    for begin: SQL in ["BEGIN ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION READ ONLY"] {
                        try await db.execute(begin)
                        // Nothing has been read before it.
                        try await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                        let level = try await db.fetchOne("SHOW transaction_isolation", as: String.self)
                        #expect(level == "repeatable read", "use \(use)")
                        try await db.execute("COMMIT")
                    }
                }
                #expect(try await db.preparedStatements() == [])
            }
        }
    }
}
