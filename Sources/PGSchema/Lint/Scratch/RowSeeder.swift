import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// Inserts valid rows into every table. Values depend on the type and differ from row to row. They satisfy NOT NULL, keys
/// and enums, and checks as far as values that the check mentions do.
package struct RowSeeder {
    package enum Filling: Sendable {
        /// Every column has a value.
        case everything
        /// Every column has a value, and texts and numbers are too long for a narrower type.
        case widest
        /// NULL where it is allowed, the default where there is one.
        case onlyRequired
    }

    /// A table for which no row could be generated, and why.
    struct Unseeded: Sendable, Equatable {
        let table: String
        let reason: String
    }

    private let db: Connection
    /// The number from which values are generated, another one for each attempt.
    private var number: Int
    private var tables: [SeedTable] = []
    private var counts: [Int64: Int] = [:]

    private init(_ db: Connection, number: Int) {
        self.db = db
        self.number = number
    }

    /// Inserts a row into each table for each of `fillings`.
    ///
    /// - Parameter number: the last number that was used; it is updated.
    /// - Returns: the tables without rows.
    /// - Throws: `PostgresError` when the connection fails.
    static func seed(
        _ fillings: [Filling], number: inout Int, _ configuration: Connection.Configuration
    ) async throws -> [Unseeded] {
        let (result, next) = try await Connection.withConnection(configuration) { [number] db in
            var seeder = RowSeeder(db, number: number)
            let result = try await seeder.run(fillings)
            return (result, seeder.number)
        }
        number = next
        return result
    }

    private mutating func run(_ fillings: [Filling]) async throws -> [Unseeded] {
        tables = try await SeedTable.all(db)
        for table in tables {
            counts[table.id] = try await db.fetchOne("SELECT count(*) FROM \(raw: table.label)", as: Int.self)
        }
        var reasons: [Int64: String] = [:]
        for filling in fillings {
            var left = tables
            // A table is filled after those that it refers to.
            while !left.isEmpty {
                let count = left.count
                var waiting: [SeedTable] = []
                for table in left {
                    switch try await insert(into: table, filling) {
                    case .done: counts[table.id, default: 0] += 1
                    case .mustWait(let other):
                        reasons[table.id] = "it refers to \(other), which has no rows"
                        waiting.append(table)
                    case .impossible(let reason): reasons[table.id] = reason
                    }
                }
                guard waiting.count < count else { break }
                left = waiting
            }
        }
        return tables.filter { counts[$0.id] == 0 }.map { Unseeded(table: $0.label, reason: reasons[$0.id] ?? "") }
    }

    private enum Outcome {
        case done
        case mustWait(String)
        case impossible(String)
    }

    private mutating func insert(into table: SeedTable, _ filling: Filling) async throws -> Outcome {
        var trials = CheckTrials(table)
        var collisions = 0
        while true {
            number += 1
            let draft: RowDraft
            let variant = counts[table.id, default: 0] + collisions
            switch try await RowDraft.make(table, number, variant: variant, filling, trials, counts, db) {
            case .row(let made): draft = made
            case .refersToEmpty(let other): return .mustWait(other)
            case .unknownType(let column): return .impossible("no value is known for column \(column)")
            }
            do {
                try await db.execute(script: draft.insert)
                return .done
            } catch PostgresError.server(let error) {
                switch error.sqlState {
                case .uniqueViolation, .exclusionViolation:
                    collisions += 1
                    guard collisions < 20 else { return .impossible(error.message) }
                default:
                    if trials.advance(after: error, number) { continue }
                    // What is computed from such large numbers may overflow, and there may be no partition for them.
                    if filling == .widest { return try await insert(into: table, .everything) }
                    return .impossible(error.message)
                }
            }
        }
    }
}

/// The values to try when the usual ones violate a check.
package struct CheckTrials {
    private let table: SeedTable
    private var places: [SQLIdentifier: Int] = [:]
    private var last: SeedTable.Check?
    private var attempts = 0
    /// The values, by column.
    package private(set) var values: [Int: String] = [:]

    init(_ table: SeedTable) { self.table = table }

    /// Chooses the next values; false when there are no more, or another error happened.
    mutating func advance(after error: ServerError, _ number: Int) -> Bool {
        attempts += 1
        guard attempts < 400 else { return false }
        let check: SeedTable.Check
        if error.sqlState == .checkViolation, let name = error.constraintName {
            guard let found = table.checks.first(where: { $0.name.hasSameBytes(as: name) }) else { return false }
            check = found
        } else if let last {
            // The last candidate is invalid for the column's type, or a NULL that is not allowed.
            check = last
        } else {
            return false
        }
        last = check
        let columns = table.columns.filter { check.columns.contains($0.number) && !$0.isServerAssigned }
        guard !columns.isEmpty else { return false }
        // Counts through all combinations, the last column fastest.
        var rest = places[SQLIdentifier(check.name), default: -1] + 1
        places[SQLIdentifier(check.name)] = rest
        for column in columns.reversed() {
            let candidates = column.value.candidates(for: check, number)
            values[column.number] = candidates[rest % candidates.count]
            rest /= candidates.count
        }
        return rest == 0
    }
}
