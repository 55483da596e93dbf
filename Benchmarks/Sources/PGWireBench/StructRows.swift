import PGWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// W10, W10first, W10row: the rows of W4 as structs, by `for try await`.
struct StructRows {
    private let count = Settings.count(1_000_000)

    /// What the compiler makes decodable.
    private struct Item: Decodable, Summable {
        var id: Int64
        var k: Int32
        var name: String
        var score: Double
        var at: Date
        var ok: Bool
        var u: UUID
    }

    /// What takes its columns itself.
    private struct RowItem: PostgresRowDecodable, Summable {
        var id: Int64
        var k: Int32
        var name: String
        var score: Double
        var at: Date
        var ok: Bool
        var u: UUID

        init(row: RowFields) throws {
            id = try row["id"]
            k = try row["k"]
            name = try row["name"]
            score = try row["score"]
            at = try row["at"]
            ok = try row["ok"]
            u = try row["u"]
        }
    }

    /// - Parameter isFirst: whether the statement was never met before, so that its values come as text.
    func decodable(isFirst: Bool) async throws -> Result {
        try await measure(isFirst: isFirst) { db in db.query(Rows.sql, as: Item.self) }
    }

    func rowDecodable() async throws -> Result {
        try await measure(isFirst: false) { db in db.query(Rows.sql, as: RowItem.self) }
    }

    private func measure<T: Summable>(
        isFirst: Bool, _ query: (Connection) -> RowSequence<T>
    ) async throws -> Result {
        try await Connection.withConnection(Settings.configuration(tls: false)) { db in
            if !isFirst {
                for try await _ in query(db) { break }
                // What is left of it comes to its end here.
                try await db.execute("SELECT 1")
            }
            let measurement = Measurement()
            var rows = 0
            var total = 0.0
            for try await item in query(db) {
                rows += 1
                total += item.sum
            }
            guard rows == count, total > 0 else { throw WrongResult() }
            return measurement.result(units: rows)
        }
    }
}

/// Uses every value, so that none is decoded in vain.
private protocol Summable: Sendable {
    var id: Int64 { get }
    var k: Int32 { get }
    var name: String { get }
    var score: Double { get }
    var at: Date { get }
    var ok: Bool { get }
    var u: UUID { get }
}

extension Summable {
    fileprivate var sum: Double {
        let numbers = Double(id) + Double(k) + Double(name.utf8.count) + score
        return numbers + at.timeIntervalSince1970 + (ok ? 1 : 0) + Double(u.uuid.0)
    }
}
