import PGSchemaComparison
import PGSchemaSQL
import TestSupport

/// What a change does to comments, and to settings of tables, columns and indexes.
extension RandomSchema {
    mutating func comment() {
        let table = anyTable
        let text = pick(0...2) == 0 ? "" : "it's \\ said \(pick(1...9))"
        switch pick(0...4) {
        case 0: schema.tables[table].comment = text
        case 1:
            guard let place = pick(schema.tables[table].constraints.indices) else { return }
            schema.tables[table].constraints[place].comment = text
        case 2:
            guard let place = pick(schema.tables[table].indexes.indices) else { return }
            schema.tables[table].indexes[place].comment = text
        case 3:
            guard let place = pick(schema.enums.indices) else { return }
            schema.enums[place].comment = text
        default:
            guard let place = pick(schema.tables[table].columns.indices) else { return }
            schema.tables[table].columns[place].comment = text
        }
        log.append("comment in \(schema.tables[table].name)")
    }

    mutating func changeStorage() {
        let table = anyTable
        schema.tables[table].storage = pick([
            [], ["fillfactor=70"], ["fillfactor=80", "autovacuum_enabled=false"], ["autovacuum_vacuum_cost_delay=10"],
        ])
        log.append("storage of \(schema.tables[table].name)")
        if isLikely() { changeSettings() }
    }

    /// Of a column, of a constraint's index, of a table as a whole.
    private mutating func changeSettings() {
        let table = anyTable
        // There are no statistics of a virtual column.
        let columns = schema.tables[table].columns.indices.filter {
            schema.tables[table].columns[$0].generation?.storage != .virtual
        }
        if let place = pick(columns) {
            let choices = [[], ["STATISTICS 50"], ["n_distinct=-0.5"], ["STATISTICS 500", "n_distinct=7"]]
            schema.tables[table].columns[place].settings = pick(choices)
        }
        let keys = schema.tables[table].constraints.indices.filter { place in
            let key = schema.tables[table].constraints[place]
            return [.primaryKey, .unique].contains(key.kind) && !key.name.isEmpty
        }
        if let place = pick(keys) { schema.tables[table].constraints[place].storage = pick([[], ["fillfactor=70"]]) }
        schema.tables[table].rowSecurity = pick([.disabled, .enabled, .forced])
        schema.tables[table].replicaIdentity = pick(["DEFAULT", "FULL", "NOTHING"])
        // All of them, so that no logged table refers to an unlogged one.
        if isLikely() {
            let isUnlogged = isLikely()
            for place in schema.tables.indices { schema.tables[place].isUnlogged = isUnlogged }
        }
        log.append("settings of \(schema.tables[table].name)")
    }
}
