import PGWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// W4: a long result, every value decoded to the native type.
struct Rows {
    private let count = Settings.count(1_000_000)
    private var sql: SQL { Self.sql }

    static var sql: SQL {
        let all: SQL = "SELECT id, k, name, score, at, ok, u FROM bench_decode"
        return Settings.hasCount ? all + " LIMIT \(raw: "\(Settings.count(0))")" : all
    }

    /// Each row is given to a closure.
    func borrowed() async throws -> Result {
        try await measure { db, sum in
            try await db.forEachRow(
                sql, as: (Int64, Int32, String, Double, TimestampTZ, Bool, UUID).self
            ) { id, k, name, score, at, ok, u in
                sum.add(id, k, name, score, at, ok, u)
            }
        }
    }

    /// The rows are iterated by `for try await`.
    func iterated() async throws -> Result {
        try await measure { db, sum in
            let rows = db.query(sql, as: (Int64, Int32, String, Double, TimestampTZ, Bool, UUID).self)
            for try await (id, k, name, score, at, ok, u) in rows { sum.add(id, k, name, score, at, ok, u) }
        }
    }

    private func measure(_ body: (Connection, inout Sum) async throws -> Void) async throws -> Result {
        try await Connection.withConnection(Settings.configuration(tls: false)) { db in
            let measurement = Measurement()
            var sum = Sum()
            try await body(db, &sum)
            guard sum.rows == count, sum.total > 0 else { throw WrongResult() }
            return measurement.result(units: sum.rows)
        }
    }

    /// Uses every value, so that none is decoded in vain.
    private struct Sum {
        var rows = 0
        var total = 0.0

        mutating func add(
            _ id: Int64, _ k: Int32, _ name: String, _ score: Double, _ at: TimestampTZ, _ ok: Bool, _ u: UUID
        ) {
            rows += 1
            total += Double(id) + Double(k) + Double(name.utf8.count) + score
            total += Double(at.microseconds) + (ok ? 1 : 0) + Double(u.uuid.0)
        }
    }
}
