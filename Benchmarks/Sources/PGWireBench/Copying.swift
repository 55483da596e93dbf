import PGWire

/// W5: COPY … FROM STDIN in binary format, from Swift's own types.
struct Copying {
    func measure() async throws -> Result {
        let count = Settings.count(1_000_000)
        return try await Connection.withConnection(Settings.configuration(tls: false)) { db in
            try await db.execute("TRUNCATE bench_copy")
            let measurement = Measurement()
            let copied = try await db.copyIn(
                "COPY bench_copy (id, name, score, at) FROM STDIN (FORMAT binary)"
            ) { writer in
                for number in 1...count {
                    let moment = TimestampTZ(microseconds: (Self.start + Int64(number)) * 1_000_000)
                    try await writer.write(row: Int64(number), "user number \(number)", Double(number) * 0.5, moment)
                }
            }
            guard copied == count else { throw WrongResult() }
            return measurement.result(units: count)
        }
    }

    /// 2026-01-01 in seconds after 2000-01-01.
    private static let start: Int64 = 820_540_800
}
