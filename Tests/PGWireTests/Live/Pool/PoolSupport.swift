import LocalPostgres
import PGWire
import Testing

extension LiveServer {
    /// Runs `body` with a pool of its own, and with the name by which the server knows the pool's connections.
    func pooled<R>(
        maximum: Int = 8, _ change: (inout ConnectionPool.Options) -> Void = { _ in },
        _ body: (ConnectionPool, _ name: String) async throws -> R
    ) async throws -> R {
        var configuration = try await configuration
        let name = "pool_\(UInt32.random(in: 0 ... .max))"
        configuration.applicationName = name
        var options = ConnectionPool.Options(maximumConnections: maximum)
        change(&options)
        let pool = ConnectionPool(configuration, options)
        do {
            let result = try await body(pool, name)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Waits until the server, or the pooler, sees so many connections of this name.
    func waitForConnections(
        _ count: Int, named name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let seen = try await connections(named: name)
            if seen == count { return }
            try #require(.now < deadline, "\(seen) connections, not \(count)", sourceLocation: sourceLocation)
        }
    }

    private func connections(named name: String) async throws -> Int {
        guard self == .pgBouncer else {
            return try await observed { db in
                try await db.fetchOne(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = \(name)", as: Int.self)
            }
        }
        var console = try await configuration
        console.database = "pgbouncer"
        return try await Connection.withConnection(console) { db in
            let clients = try await db.execute(script: "SHOW CLIENTS").first?.rows ?? []
            return try clients.count { try $0.decode("application_name", as: String?.self) == name }
        }
    }

    /// Ends the server processes of this name's connections, and waits until they are gone.
    func terminate(_ name: String) async throws {
        try await observed { db in
            try await db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(name)")
            try await db.wait(
                for: "NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = \(name))")
        }
    }
}

extension ConnectionPool {
    func expectEcho(of number: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await withConnection { try await $0.expectEcho(of: number, sourceLocation: sourceLocation) }
    }

    /// Opens so many connections by using them at the same time.
    func fill(_ count: Int) async throws {
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // However this ends, or those that wait would be waited for without end.
            defer { gate.open() }
            for _ in 0..<count { group.addTask { try await self.withConnection { _ in await gate.wait() } } }
            try await eventually("all are in use") { statistics.inUse == count }
            gate.open()
            try await group.waitForAll()
        }
    }
}

extension Queryable where Self: ~Copyable {
    /// Expects to get back what it sends, which it would not on a connection that has the answers of somebody else.
    func expectEcho(of number: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let answer = try await fetchOne("SELECT \(number)", as: Int.self)
        #expect(answer == number, sourceLocation: sourceLocation)
    }
}
