import PGWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// W4: a long result, every value decoded to the native type.
struct Rows {
    func decoded() async throws -> Result {
        let count = Settings.count(1_000_000)
        var sql: SQL = "SELECT id, k, name, score, at, ok, u FROM bench_decode"
        if Settings.hasCount { sql = sql + " LIMIT \(raw: "\(count)")" }
        return try await Connection.withConnection(Settings.configuration(tls: false)) { db in
            let measurement = Measurement()
            var (rows, sum) = (0, 0.0)
            let result = db.query(sql, as: (Int64, Int32, String, Double, TimestampTZ, Bool, UUID).self)
            for try await (id, k, name, score, at, ok, u) in result {
                rows += 1
                sum += Double(id) + Double(k) + Double(name.utf8.count) + score
                sum += Double(at.microseconds) + (ok ? 1 : 0) + Double(u.uuid.0)
            }
            guard rows == count, sum > 0 else { throw WrongResult() }
            return measurement.result(units: rows)
        }
    }
}
