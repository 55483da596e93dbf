import PGWire

/// How cost grows with the size `PGB_N` of one thing. Small sizes are repeated, so that there is something to time.
struct Growth {
    private let size: Int
    private let configuration = Settings.configuration(tls: false)

    init(smallest: Int) {
        size = Settings.count(smallest)
    }

    /// A result of that many rows, read one by one and summed.
    func rows() async throws -> Result {
        try await repeated(atLeast: 200_000) { db in
            var sum: Int64 = 0
            // In the target list the server makes the rows while it sends them.
            try await db.forEachRow("SELECT generate_series(1, \(Int64(size)))", as: Int64.self) { sum += $0 }
            guard sum == Int64(size) * Int64(size + 1) / 2 else { throw WrongResult() }
        }
    }

    /// A statement with that many parameters.
    func parameters() async throws -> Result {
        // Ten times the largest, so that memory touched for the first time does not count as the parameters' cost.
        try await repeated(atLeast: 655_350) { db in
            var text = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: size)
            text.appendLiteral("SELECT cardinality(ARRAY[")
            for index in 0..<size {
                if index > 0 { text.appendLiteral(",") }
                text.appendInterpolation(Int32(truncatingIfNeeded: index))
            }
            text.appendLiteral("])")
            guard try await db.fetchOne(SQL(stringInterpolation: text), as: Int.self) == size else {
                throw WrongResult()
            }
        }
    }

    /// A row of that many columns.
    func columns() async throws -> Result {
        let sql = SQL(raw: "SELECT " + (0..<size).map { "\($0)" }.joined(separator: ","))
        return try await repeated(atLeast: 16_000) { db in
            let row = try await db.fetchOne(sql)
            var sum = 0
            for index in 0..<size { sum += try row.decode(index, as: Int.self) }
            guard sum == size * (size - 1) / 2 else { throw WrongResult() }
        }
    }

    /// A value of that many bytes, from the server.
    func valueOut() async throws -> Result {
        let sql: SQL = "SELECT repeat('x', \(Int32(size)))"
        return try await repeated(atLeast: 4 << 20) { db in
            guard try await db.fetchOne(sql, as: String.self).utf8.count == size else { throw WrongResult() }
        }
    }

    /// A value of that many bytes, to the server.
    func valueIn() async throws -> Result {
        let value = [UInt8](repeating: 0x78, count: size)
        return try await repeated(atLeast: 4 << 20) { db in
            guard try await db.fetchOne("SELECT length(\(value))", as: Int.self) == size else { throw WrongResult() }
        }
    }

    /// That many connections open at the same time, each of which answers a query.
    func connections() async throws -> Result {
        let measurement = Measurement()
        var connections: [Connection] = []
        for _ in 0..<size {
            let db = try await Connection.connect(configuration)
            guard try await db.fetchOne("SELECT 1", as: Int32.self) == 1 else { throw WrongResult() }
            connections.append(db)
        }
        let result = measurement.result(units: size)
        for db in connections { await db.close() }
        return result
    }

    /// Runs `body` on one connection until at least that many units, and at most a thousand runs, are through.
    private func repeated(
        atLeast units: Int, _ body: (Connection) async throws -> Void
    ) async throws -> Result {
        let runs = min(max(1, units / size), 1000)
        return try await Connection.withConnection(configuration) { db in
            _ = try await db.fetchOne("SELECT 1", as: Int32.self)
            let measurement = Measurement()
            for _ in 0..<runs { try await body(db) }
            return measurement.result(units: runs * size)
        }
    }
}
