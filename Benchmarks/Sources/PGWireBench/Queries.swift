import PGWire

/// W2, W2t, W3, W3many, W6: the smallest query, `SELECT $1::int4`.
struct Queries {
    let tls: Bool

    /// One after the other on a warm connection.
    func oneByOne() async throws -> Result {
        let count = Int32(Settings.count(20_000))
        return try await Connection.withConnection(Settings.configuration(tls: tls)) { db in
            try await Self.prepare(db)
            let measurement = Measurement()
            try await Self.query(db, 0..<count)
            return measurement.result(units: Int(count))
        }
    }

    /// A hundred at a time.
    func pipelined() async throws -> Result {
        let count = Int32(Settings.count(50_000))
        return try await Connection.withConnection(Settings.configuration(tls: tls)) { db in
            try await Self.prepare(db)
            let measurement = Measurement()
            for start in stride(from: 0, to: count, by: 100) {
                let range = start..<min(start + 100, count)
                let values = try await db.pipeline { pipeline in
                    try range.map { try pipeline.fetchOne("SELECT \($0)::int4", as: Int32.self) }
                }
                guard values.elementsEqual(range) else { throw WrongResult() }
            }
            return measurement.result(units: Int(count))
        }
    }

    /// The same by one statement for many values.
    func repeated() async throws -> Result {
        let count = Int32(Settings.count(50_000))
        return try await Connection.withConnection(Settings.configuration(tls: tls)) { db in
            try await Self.prepare(db)
            let measurement = Measurement()
            for start in stride(from: 0, to: count, by: 100) {
                let range = start..<min(start + 100, count)
                let values = try await db.fetchMany(Self.statement, range, as: Int32.self)
                guard values.elementsEqual(range) else { throw WrongResult() }
            }
            return measurement.result(units: Int(count))
        }
    }

    private static let statement = PreparedStatement("SELECT $1::int4", takes: Int32.self)

    /// Connections that each ask one query after the other, at the same time, on so many socket executors; on Swift's own threads
    /// when there are none.
    func concurrent(executors count: Int) async throws -> Result {
        let executors = try (0..<count).map { _ in try SocketExecutor() }
        var connections: [(db: Connection, executor: SocketExecutor?)] = []
        for index in 0..<Settings.concurrency {
            let executor = executors.isEmpty ? nil : executors[index % executors.count]
            let db = try await withTaskExecutorPreference(executor) {
                let db = try await Connection.connect(Settings.configuration(tls: tls))
                try await Self.prepare(db)
                return db
            }
            connections.append((db, executor))
        }
        let share = Int32(Settings.count(64_000) / Settings.concurrency)
        let measurement = Measurement()
        try await withThrowingTaskGroup { group in
            for (db, executor) in connections {
                group.addTask(executorPreference: executor) { try await Self.query(db, 0..<share) }
            }
            try await group.waitForAll()
        }
        let result = measurement.result(units: Int(share) * connections.count)
        for (db, _) in connections { await db.close() }
        return result
    }

    /// A statement is prepared when it comes for the third time.
    private static func prepare(_ db: Connection) async throws { try await query(db, 0..<3) }

    private static func query(_ db: Connection, _ values: Range<Int32>) async throws {
        for value in values {
            guard try await db.fetchOne("SELECT \(value)::int4", as: Int32.self) == value else { throw WrongResult() }
        }
    }
}
