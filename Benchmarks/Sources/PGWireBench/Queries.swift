import PGWire

/// W2, W2t, W3, W6: the smallest query, `SELECT $1::int4`.
struct Queries {
    let tls: Bool

    /// One after the other on a warm connection.
    func oneByOne() async throws -> Result {
        let count = Int32(Settings.count(20_000))
        return try await Connection.withConnection(Settings.configuration(tls: tls)) { db in
            try await Self.query(db, 0..<1)
            let measurement = Measurement()
            try await Self.query(db, 0..<count)
            return measurement.result(units: Int(count))
        }
    }

    /// A hundred at a time.
    func pipelined() async throws -> Result {
        throw NotApplicable(reason: "PGWire has no pipelines yet")
    }

    /// Connections that each ask one query after the other, at the same time.
    func concurrent() async throws -> Result {
        let share = Int32(Settings.count(64_000) / Settings.concurrency)
        var connections: [Connection] = []
        for _ in 0..<Settings.concurrency {
            let db = try await Connection.connect(Settings.configuration(tls: tls))
            try await Self.query(db, 0..<1)
            connections.append(db)
        }
        let measurement = Measurement()
        try await withThrowingTaskGroup { group in
            for db in connections {
                group.addTask { try await Self.query(db, 0..<share) }
            }
            try await group.waitForAll()
        }
        let result = measurement.result(units: Int(share) * connections.count)
        for db in connections { await db.close() }
        return result
    }

    private static func query(_ db: Connection, _ values: Range<Int32>) async throws {
        for value in values {
            guard try await db.fetchOne("SELECT \(value)::int4", as: Int32.self) == value else { throw WrongResult() }
        }
    }
}
