import PGWire

/// W12: the ways to insert many rows, all of them in one transaction.
struct Inserting {
    /// One statement after the other, each of which is waited for.
    func single() async throws -> Result {
        try await measured { db, rows in
            try await db.transaction { tx in
                for (id, name, score, at) in rows {
                    try await tx.execute("INSERT INTO bench_copy VALUES (\(id), \(name), \(score), \(at))")
                }
            }
        }
    }

    /// A pipeline of all of them.
    func pipelined() async throws -> Result {
        try await measured { db, rows in
            try await db.pipeline { pipeline in
                for (id, name, score, at) in rows {
                    try pipeline.execute("INSERT INTO bench_copy VALUES (\(id), \(name), \(score), \(at))")
                }
                return ()
            }
        }
    }

    /// One statement for all rows.
    func many() async throws -> Result {
        try await measured { db, rows in
            let count = try await db.executeMany("INSERT INTO bench_copy VALUES ($1, $2, $3, $4)", rows)
            guard count == rows.count else { throw WrongResult() }
        }
    }

    /// One statement with an array for each column.
    func unnested() async throws -> Result {
        try await measured { db, rows in
            try await db.execute(
                """
                INSERT INTO bench_copy
                SELECT * FROM unnest(\(rows.map(\.0)), \(rows.map(\.1))::text[], \(rows.map(\.2)), \(rows.map(\.3)))
                """)
        }
    }

    /// COPY in binary format.
    func copied() async throws -> Result {
        try await measured { db, rows in
            let count = try await db.copyIn(
                "COPY bench_copy (id, name, score, at) FROM STDIN (FORMAT binary)"
            ) { writer in
                for (id, name, score, at) in rows { try await writer.write(row: id, name, score, at) }
            }
            guard count == rows.count else { throw WrongResult() }
        }
    }

    private typealias Record = (Int64, String, Double, TimestampTZ)

    private func measured(_ insert: (Connection, [Record]) async throws -> Void) async throws -> Result {
        let count = Settings.count(10_000)
        let rows = (0..<count).map { number -> Record in
            (
                Int64(number), "user number \(number)", Double(number) * 0.5,
                TimestampTZ(microseconds: (Self.start + Int64(number)) * 1_000_000)
            )
        }
        return try await Connection.withConnection(Settings.configuration(tls: false)) { db in
            try await db.execute("TRUNCATE bench_copy")
            let measurement = Measurement()
            try await insert(db, rows)
            let result = measurement.result(units: count)
            guard try await db.fetchOne("SELECT count(*) FROM bench_copy", as: Int.self) == count else {
                throw WrongResult()
            }
            return result
        }
    }

    /// 2026-01-01 in seconds after 2000-01-01.
    private static let start: Int64 = 820_540_800
}
