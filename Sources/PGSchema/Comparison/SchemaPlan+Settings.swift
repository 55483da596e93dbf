import PGSchemaSQL
import PGWire

/// What is set on tables, columns and constraints that stay.
extension SchemaPlan {
    /// Makes tables UNLOGGED or LOGGED, when foreign keys that go are gone, and before those that come.
    ///
    /// No logged table may refer to an unlogged one: what is referred to becomes logged first, and unlogged last.
    mutating func changePersistence() {
        let changed = diff.tables.filter { $0.old.isUnlogged != $0.new.isUnlogged }
        for (makesLogged, word) in [(true, "LOGGED"), (false, "UNLOGGED")] {
            let tables = changed.filter { $0.old.isUnlogged == makesLogged }
                .map { table in
                    var kept = table.new
                    kept.constraints = rebuilds.untouchedConstraints(of: table)
                    return kept
                }
                .inOrderOfReference
            for table in makesLogged ? tables : tables.reversed() {
                let loss =
                    makesLogged ? [] : ["after a crash all rows of \(table.name) are gone, and no standby has them"]
                add(
                    "ALTER TABLE \(table.name.quotedIfNeeded) SET \(word)",
                    notes: loss + ["rewrites \(table.name), which is locked meanwhile"])
            }
        }
    }

    /// Sets storage parameters, row-level security and the replica identity.
    mutating func changeSettings(of table: TableDiff) {
        let name = table.name.quotedIfNeeded
        if table.changesStorage {
            for change in Self.storageChanges(table.old.storage, table.new.storage) {
                add("ALTER TABLE \(name) \(change)")
            }
        }
        let created = rebuilds.createdConstraints(of: table).map(\.name).identifiers
        for (old, new) in table.restoredConstraints where !created.contains(SQLIdentifier(new.name)) {
            for change in Self.storageChanges(old.storage, new.storage) {
                add("ALTER INDEX \(new.name.quotedIfNeeded) \(change)")
            }
        }
        if let old = table.old.rowSecurity, let new = table.new.rowSecurity {
            for clause in new.clauses(from: old) { add("ALTER TABLE \(name) \(clause)") }
        }
        if let identity = table.new.replicaIdentity {
            // An index that is dropped and created again is no longer the identity.
            let isLost = rebuilds.createsKey(named: identity, of: table)
            if isLost || !table.old.replicaIdentity.hasSameBytes(as: identity) {
                add("ALTER TABLE \(name) REPLICA IDENTITY \(identity)")
            }
        }
    }

    /// Sets what a column has other than before.
    mutating func changeSettings(_ old: [String], _ new: Schema.Column, isTypeNew: Bool, of table: String) {
        let settings = new.settings ?? []
        guard isTypeNew || old != settings else { return }
        let keys = settings.map(\.settingKey)
        var clauses: [String] = []
        for setting in old where !keys.contains(bytesOf: setting.settingKey) {
            switch setting.settingKey {
            case "STORAGE": if !isTypeNew { clauses.append("SET STORAGE \(new.plainStorage.value)") }
            case "COMPRESSION": if !isTypeNew { clauses.append("SET COMPRESSION default") }
            case "STATISTICS": clauses.append("SET STATISTICS -1")
            default: clauses.append("RESET (\(setting.settingKey))")
            }
        }
        for setting in settings where isTypeNew || !old.contains(bytesOf: setting) {
            clauses.append(setting.settingClause)
        }
        let column = "ALTER TABLE \(table.quotedIfNeeded) ALTER COLUMN \(new.name.quotedIfNeeded)"
        for clause in clauses { add("\(column) \(clause)") }
    }

    /// The clauses that make one list of storage parameters from another.
    private static func storageChanges(_ old: [String]?, _ new: [String]?) -> [String] {
        let (old, new) = (old ?? [], new ?? [])
        let keys = Set(new.map(\.settingKey))
        let stays = old.filter { new.contains($0) }
        // SET appends new parameters.
        let isInOrder = new.starts(with: stays)
        let gone = isInOrder ? old.filter { !keys.contains($0.settingKey) } : old
        let come = isInOrder ? new.filter { !old.contains($0) } : new
        var clauses: [String] = []
        if !gone.isEmpty { clauses.append("RESET (\(gone.map(\.settingKey).joined(separator: ", ")))") }
        if !come.isEmpty { clauses.append("SET (\(come.joined(separator: ", ")))") }
        return clauses
    }
}

extension Rebuilds {
    /// The constraints that are never dropped meanwhile.
    fileprivate func untouchedConstraints(of table: TableDiff) -> [Schema.Constraint] {
        let dropped = droppedConstraints(of: table).map(\.name).identifiers
        return table.old.constraints.filter { !dropped.contains(SQLIdentifier($0.name)) }
    }

    /// Whether the index of `USING INDEX name` is created anew.
    fileprivate func createsKey(named identity: String, of table: TableDiff) -> Bool {
        let names = createdConstraints(of: table).map(\.name) + createdIndexes(of: table).map(\.name)
        return names.contains { "USING INDEX \($0.quotedIfNeeded)".hasSameBytes(as: identity) }
    }
}

extension Schema.Table {
    /// `TABLE` or `UNLOGGED TABLE`
    var kind: String { isUnlogged ? "UNLOGGED TABLE" : "TABLE" }

    /// Row-level security and replica identity of a new table.
    var securityStatements: [String] {
        let head = "ALTER TABLE \(name.quotedIfNeeded)"
        var statements = (rowSecurity ?? .disabled).clauses(from: .disabled).map { "\(head) \($0)" }
        if let replicaIdentity, !replicaIdentity.hasSameBytes(as: "DEFAULT") {
            statements.append("\(head) REPLICA IDENTITY \(replicaIdentity)")
        }
        return statements
    }
}

extension Schema.Table.RowSecurity {
    /// The clauses of ALTER TABLE that lead here.
    fileprivate func clauses(from old: Self) -> [String] {
        var clauses: [String] = []
        if old == .forced, self != .forced { clauses.append("NO FORCE ROW LEVEL SECURITY") }
        if old == .disabled, self != .disabled { clauses.append("ENABLE ROW LEVEL SECURITY") }
        if old != .disabled, self == .disabled { clauses.append("DISABLE ROW LEVEL SECURITY") }
        if old != .forced, self == .forced { clauses.append("FORCE ROW LEVEL SECURITY") }
        return clauses
    }
}

extension Schema.Column {
    /// The statements for the settings of a new column.
    func settingStatements(in table: String) -> [String] {
        (settings ?? []).map {
            "ALTER TABLE \(table.quotedIfNeeded) ALTER COLUMN \(name.quotedIfNeeded) \($0.settingClause)"
        }
    }
}

extension Schema.Constraint {
    /// The statement for the storage parameters of a new constraint's index; none without.
    var storageStatements: [String] {
        guard let storage, !storage.isEmpty, !name.isEmpty else { return [] }
        return ["ALTER INDEX \(name.quotedIfNeeded) SET (\(storage.joined(separator: ", ")))"]
    }
}

extension String {
    /// `fillfactor` of `fillfactor=70`, `STATISTICS` of `STATISTICS 500`
    fileprivate var settingKey: String { String(unicodeScalars.prefix { $0 != "=" && $0 != " " }) }

    /// `SET STATISTICS 500`, `SET (n_distinct=5)`
    fileprivate var settingClause: String {
        let isParameter = unicodeScalars.first { $0 == "=" || $0 == " " } == "="
        return isParameter ? "SET (\(self))" : "SET \(self)"
    }
}
