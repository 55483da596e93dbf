import PGWire

/// What Documentation/Queries.md shows of transactions.
enum TransactionExamples {
    static func claims(_ pool: NullPool, user: String) async throws -> [String] {
        // shown: begin
        let notes = try await pool.transaction(settings: .role("authenticated").claims(["sub": user])) { tx in
            try await tx.fetchAll("SELECT title FROM note", as: String.self)
        }
        // shown: end
        return notes
    }

    static func settings(_ db: Connection, tenant: String, traceParent: String) async throws -> String {
        // shown: begin
        let settings = TransactionSettings.searchPath("app", "public")
            .statementTimeout(.seconds(5)).lockTimeout(.seconds(1))
            .setting("app.tenant", tenant)
            .setting("app.traceparent", traceParent)
        let current = try await db.transaction(settings: settings) { tx in
            try await tx.fetchOne("SELECT current_setting('app.tenant')", as: String.self)
        }
        // shown: end
        return current
    }

    static func savepoint(_ db: Connection, name: String) async throws {
        // shown: begin
        try await db.transaction { tx in
            try await tx.execute("UPDATE visit SET total = total + 1")
            do {
                try await tx.savepoint { sp in
                    try await sp.execute("INSERT INTO visitor (name) VALUES (\(name))")
                }
            } catch PostgresError.server(let error) where error.sqlState == .uniqueViolation {
                try await tx.execute("UPDATE visitor SET visits = visits + 1 WHERE name = \(name)")
            }
        }
        // shown: end
    }

    static func twoPhase(_ orders: Connection, _ stock: Connection, id: Int64) async throws -> Int {
        // shown: begin
        try await orders.prepareTransaction("orders-\(id)") { tx in
            try await tx.execute("UPDATE placed SET state = 'paid' WHERE id = \(id)")
        }
        try await stock.prepareTransaction("stock-\(id)") { tx in
            try await tx.execute("UPDATE item SET count = count - 1 WHERE id = \(id)")
        }
        try await orders.commitPrepared("orders-\(id)")
        try await stock.commitPrepared("stock-\(id)")

        let forgotten = try await orders.preparedTransactions()  // look after a crash: they keep their locks
        // shown: end
        return forgotten.count
    }

    static func advisoryLock(_ db: Connection, player: Int32) async throws -> (Int?, Int) {
        // shown: begin
        let report = try await db.tryWithAdvisoryLock("nightly report") {  // nil when another one is at it
            try await db.fetchOne("SELECT count(*) FROM visitor", as: Int.self)
        }
        let total = try await db.transaction { tx in
            try await tx.advisoryLock(AdvisoryLockKey(42, player), timeout: .seconds(5))
            return try await tx.fetchOne("SELECT total FROM visit", as: Int.self)
        }
        // shown: end
        return (report, total)
    }
}
