import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// Puts valid rows into every table: values by type, another for each row, with respect to NOT NULL, keys and enums, and to
/// checks as far as trying what their text mentions satisfies them.
package struct RowSeeder {
    package enum Filling: Sendable {
        /// Every column has a value.
        case everything
        /// As before, and texts and numbers are as long as the column's type lets them be, so that none fits a narrower one.
        case widest
        /// NULL where that is allowed, the default where there is one.
        case onlyRequired
    }

    /// A table that could not be given a row, and why.
    package struct Unseeded: Sendable, Equatable {
        package let table: String
        package let reason: String
    }

    private let db: Connection
    /// The number that values are made of; every row that was ever tried had another.
    private var number: Int
    private var tables: [SeedTable] = []
    private var counts: [Int64: Int] = [:]

    private init(_ db: Connection, number: Int) {
        self.db = db
        self.number = number
    }

    /// Gives each table a row for each of `fillings`.
    ///
    /// - Parameter number: where the numbers begin; it is left behind the last one that was used.
    /// - Returns: the tables that have no row.
    /// - Throws: `PostgresError` when the connection fails.
    package static func seed(
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
            // A table comes after those that it refers to.
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
                    // What is computed from numbers so large may be too large, and a partition may lack for them.
                    if filling == .widest { return try await insert(into: table, .everything) }
                    return .impossible(error.message)
                }
            }
        }
    }
}

/// Which values are tried against the checks that the usual ones violate.
package struct CheckTrials {
    private let table: SeedTable
    private var places: [SQLIdentifier: Int] = [:]
    private var last: SeedTable.Check?
    private var attempts = 0
    /// By column.
    package private(set) var values: [Int: String] = [:]

    package init(_ table: SeedTable) { self.table = table }

    /// Chooses the next values; false when there are none, or the error is another.
    package mutating func advance(after error: ServerError, _ number: Int) -> Bool {
        attempts += 1
        guard attempts < 400 else { return false }
        let check: SeedTable.Check
        if error.sqlState == .checkViolation, let name = error.constraintName {
            guard let found = table.checks.first(where: { $0.name.hasSameBytes(as: name) }) else { return false }
            check = found
        } else if let last {
            // The last candidate is no value of the column's type, or a NULL that is not allowed.
            check = last
        } else {
            return false
        }
        last = check
        let columns = table.columns.filter { check.columns.contains($0.number) && !$0.isServers }
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
