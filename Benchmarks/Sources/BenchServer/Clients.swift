import PGWire

/// Those who are connected to the server beside ourselves, PgBouncer included.
struct Clients {
    private let db: Connection

    init(of db: Connection) {
        self.db = db
    }

    /// Returns when there are none. A client that has closed its connection is not gone at once: the server's process
    /// for it ends a little later, and would still do so during the next measurement.
    func haveLeft() async throws {
        while try await count() > 0 { try await Task.sleep(for: .milliseconds(2)) }
    }

    private func count() async throws -> Int {
        try await db.fetchOne(
            """
            SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
            """, as: Int.self)
    }
}
