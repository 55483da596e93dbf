import PGWire
import Testing

extension Live {
    /// Parts of a transaction that can fail by themselves.
    @Suite struct Savepoints {
        private static let over = "the savepoint is over: use it only inside the closure that it was given to"

        /// Runs `body` with a table that holds what was not rolled back.
        private func withTable(
            _ server: LiveServer, _ body: (Connection, SQL) async throws -> Void
        ) async throws {
            try await server.withTable("depth int PRIMARY KEY") { db, table in
                try await body(db, "\(identifier: table)")
            }
        }

        /// Goes ten deep, writes at each depth, and fails at one: by the server, or by an error of one's own.
        private static func descend(
            _ tx: borrowing Transaction, _ table: SQL, depth: Int, failingAt failing: Int, byServer: Bool
        ) async throws {
            do {
                try await tx.savepoint { sp in
                    try await sp.execute("INSERT INTO \(table) VALUES (\(depth))")
                    if depth < 10 {
                        try await descend(sp, table, depth: depth + 1, failingAt: failing, byServer: byServer)
                    }
                    if depth == failing {
                        if byServer { try await sp.execute("INSERT INTO \(table) VALUES (\(depth))") }
                        throw Stop()
                    }
                }
                #expect(depth != failing)
            } catch {
                // It comes out where it was thrown, unchanged.
                #expect(depth == failing)
                if case PostgresError.server(let error) = error {
                    #expect(byServer && error.sqlState == .uniqueViolation)
                } else {
                    #expect(!byServer && error is Stop)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func tenDeepWithFailuresAtEachDepth(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                for byServer in [true, false] {
                    for failing in 1...11 {
                        try await db.execute("TRUNCATE \(table)")
                        try await db.transaction { tx in
                            try await Self.descend(tx, table, depth: 1, failingAt: failing, byServer: byServer)
                            try await tx.execute("INSERT INTO \(table) VALUES (100)")
                        }
                        let kept = try await db.fetchAll("SELECT depth FROM \(table) ORDER BY 1", as: Int.self)
                        // What is deeper than the failure is gone with it.
                        #expect(kept == Array(1..<failing) + [100])
                    }
                }
            }
        }

        /// A failure at every depth at once, each caught one further out.
        @Test(arguments: LiveServer.allCases) func failuresAtAllDepths(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                let failures = Log<Int>()
                @Sendable func descend(_ tx: borrowing Transaction, _ depth: Int) async throws {
                    let error = try await serverFailure {
                        try await tx.savepoint { sp in
                            if depth < 10 { try await descend(sp, depth + 1) }
                            try await sp.execute("SELECT \(depth) / 0")
                        }
                    }
                    #expect(error.sqlState == .divisionByZero)
                    failures.append(depth)
                    try await tx.execute("INSERT INTO \(table) VALUES (\(depth)) ON CONFLICT DO NOTHING")
                }
                try await db.transaction { tx in try await descend(tx, 1) }
                #expect(failures.all == Array((1...10).reversed()))
                #expect(try await db.fetchAll("SELECT depth FROM \(table)", as: Int.self) == [1])
            }
        }

        @Test(arguments: LiveServer.allCases) func oneAfterTheOther(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                let before = try await db.traffic().flights
                let sum = try await db.transaction { tx in
                    var sum = 0
                    for depth in 1...5 {
                        sum += try await tx.savepoint { sp in
                            try await sp.fetchOne(
                                "INSERT INTO \(table) VALUES (\(depth)) RETURNING depth", as: Int.self)
                        }
                    }
                    return sum
                }
                #expect(sum == 15)
                // BEGIN and COMMIT, and for each SAVEPOINT, the statement and RELEASE.
                #expect(try await db.traffic().flights - before == 2 + 5 * 3)
            }
        }

        @Test(arguments: LiveServer.allCases) func aSwallowedFailureIsTold(_ server: LiveServer) async throws {
            try await withTable(server) { db, table in
                try await db.transaction { tx in
                    try await expectFailure(
                        "the savepoint was rolled back, because a statement in it had failed: let the error leave the closure "
                            + "instead of going on"
                    ) {
                        try await tx.savepoint { sp in
                            try await sp.execute("INSERT INTO \(table) VALUES (1)")
                            _ = try? await sp.execute("SELECT 1/0")
                        }
                    }
                    try await tx.execute("INSERT INTO \(table) VALUES (2)")
                }
                #expect(try await db.fetchAll("SELECT depth FROM \(table)", as: Int.self) == [2])
                // One that has ended the transaction.
                try await expectFailure(
                    "the savepoint's closure has ended the transaction: let COMMIT and ROLLBACK be those of transaction(_:)"
                ) {
                    try await db.transaction { tx in try await tx.savepoint { sp in try await sp.execute("ROLLBACK") } }
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test(arguments: LiveServer.allCases) func theWrongOneIsRefused(_ server: LiveServer) async throws {
            let text =
                "this task has a savepoint open in the transaction: use the transaction that the savepoint's closure was given, as a "
                + "call on the one around it would wait for it for ever"
            let ofConnection =
                "this task has a transaction open on the connection: use the transaction that the closure was given, as a call "
                + "on the connection itself would wait for it for ever"
            try await server.connected { db in
                try await db.transaction { tx in
                    let outer = tx.query("SELECT 1", as: Int.self)
                    let kept = try await tx.savepoint { sp in
                        try await expectFailure(text) { try await tx.execute("SELECT 1") }
                        try await expectFailure(text) { try await tx.savepoint { _ in } }
                        try await expectFailure(text) { for try await _ in outer {} }
                        try await expectFailure(ofConnection) { try await db.execute("SELECT 1") }
                        let middle = sp.query("SELECT 2", as: Int.self)
                        try await sp.savepoint { _ in
                            try await expectFailure(text) { try await tx.execute("SELECT 1") }
                            try await expectFailure(text) { for try await _ in middle {} }
                        }
                        for try await number in middle { #expect(number == 2) }
                        return middle
                    }
                    try await expectFailure(Self.over) { for try await _ in kept {} }
                    for try await number in outer { #expect(number == 1) }
                }
            }
        }
    }
}
