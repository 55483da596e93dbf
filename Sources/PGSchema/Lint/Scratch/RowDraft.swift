import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// A row that is about to be inserted.
package struct RowDraft {
    package let insert: String

    package enum Result {
        case row(RowDraft)
        /// A table that it must refer to has no rows yet.
        case refersToEmpty(String)
        case unknownType(column: String)
    }

    package static func make(
        _ table: SeedTable, _ number: Int, variant: Int, _ filling: RowSeeder.Filling, _ trials: CheckTrials,
        _ counts: [Int64: Int], _ db: Connection
    ) async throws -> Result {
        var values: [Int: String] = [:]
        for column in table.columns where !column.isServers {
            if let value = trials.values[column.number] {
                values[column.number] = "(\(value))::\(column.type)"
            } else if filling == .onlyRequired, !column.isRequired || column.hasDefault {
                values[column.number] = column.isRequired ? "DEFAULT" : "NULL"
            } else if let value = column.value.literal(number, variant: variant, isWidest: filling == .widest) {
                values[column.number] = "(\(value))::\(column.type)"
            } else if !column.isRequired {
                values[column.number] = "NULL"
            } else if column.hasDefault {
                values[column.number] = "DEFAULT"
            } else {
                return .unknownType(column: "\(table.label).\(column.name) (\(column.type))")
            }
        }
        for key in table.foreignKeys {
            let own = table.columns.filter { key.columns.contains($0.number) }
            let isRequired = own.allSatisfy(\.isRequired)
            if filling == .onlyRequired, !isRequired { continue }
            if let found = try await referred(key, table, variant, counts, db) {
                for (column, value) in zip(key.columns, found) { values[column] = value }
            } else if !isRequired {
                // One NULL is enough for the key not to be checked.
                for column in own where !column.isRequired { values[column.number] = "NULL" }
            } else if key.table == table.id {
                // The first row of a tree refers to itself.
                for (column, name) in zip(key.columns, key.keys) {
                    guard
                        let target = table.columns.first(where: {
                            TokenCursor.names(in: name).first?.name.hasSameBytes(as: $0.name) == true
                        })
                    else { continue }
                    // What the server would count is said outright, to be said twice.
                    if target.isServers { values[target.number] = String(number) }
                    values[column] = values[target.number]
                }
            } else {
                return .refersToEmpty(key.tableLabel)
            }
        }
        return .row(RowDraft(table, values))
    }

    private init(_ table: SeedTable, _ values: [Int: String]) {
        let columns = table.columns.filter { values[$0.number] != nil }
        if columns.isEmpty {
            insert = "INSERT INTO \(table.label) DEFAULT VALUES"
        } else {
            let names = columns.map { SQL("\(identifier: $0.name)").text }.joined(separator: ", ")
            let list = columns.compactMap { values[$0.number] }.joined(separator: ", ")
            insert = "INSERT INTO \(table.label) (\(names)) VALUES (\(list))"
        }
    }

    /// The key of a row that is there: another for each variant.
    private static func referred(
        _ key: SeedTable.ForeignKey, _ table: SeedTable, _ variant: Int, _ counts: [Int64: Int], _ db: Connection
    ) async throws -> [String]? {
        guard let count = counts[key.table], count > 0 else { return nil }
        let list = key.keys.map { "\($0)::text" }.joined(separator: ", ")
        let present = key.keys.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        let rows = try await db.fetchAll(
            """
            SELECT ARRAY[\(raw: list)] FROM \(raw: key.tableLabel) WHERE \(raw: present)
            ORDER BY \(raw: key.keys.joined(separator: ", ")) OFFSET \(variant % count) LIMIT 1
            """, as: [String].self)
        guard let row = rows.first else { return nil }
        let types = key.columns.map { number in table.columns.first { $0.number == number }?.type ?? "text" }
        return zip(row, types).map { "\($0.asLiteral)::\($1)" }
    }
}
