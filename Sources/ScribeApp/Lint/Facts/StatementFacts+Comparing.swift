#if ScribeApp
extension StatementFacts {
    /// What one statement did, from the schema before and after it and the locks that it left held.
    ///
    /// - Parameter existing: the relations that were there before the revision.
    init(before: SchemaState, after: SchemaState, locks: LockReading, existing: Set<Int64>) {
        let tables = before.relations.filter { existing.contains($0.key) && $0.value.isTable }
        for (id, table) in tables {
            if let mode = locks.modes[id] {
                var lock = TableLock(table: table.label, mode: mode)
                lock.blockedIndex = Self.blockedIndex(of: id, before, after, locks, existing)
                self.locks.append(lock)
            }
            guard let now = after.relations[id] else { continue }
            if now.filenode != table.filenode, table.filenode > 0 { rewritten.append(table.label) }
            if now.scans > table.scans { scanned.append(table.label) }
            rebuiltIndexes += Self.rebuiltIndexes(of: id, before, after)
        }
        self.locks.sort { $0.table < $1.table }
        rewritten.sort()
        scanned.sort()
        rebuiltIndexes.sort()
        compareColumns(before, after)
        let owners = after.relations.filter { id, relation in
            relation.kind == "S" && !relation.isOwned && before.relations[id] == nil
        }
        newTypes =
            (after.types.filter { before.types[$0.key] == nil }.map(\.value) + owners.map(\.value.label)).sorted()
        keysWithoutIndex = after.foreignKeys.filter { before.foreignKeys[$0.key] == nil && !$0.value.hasIndex }
            .map(\.value.label).sorted()
        promises = after.promises.values.filter { before.promises[$0.label] == nil && existing.contains($0.table) }
            .sorted { $0.label < $1.label }
    }

    /// An index that stays, and that nobody else can open meanwhile.
    private static func blockedIndex(
        of table: Int64, _ before: SchemaState, _ after: SchemaState, _ locks: LockReading, _ existing: Set<Int64>
    ) -> String? {
        before.relations.filter { id, index in
            index.table == table && existing.contains(id) && locks.modes[id] == .accessExclusive
                && after.relations[id] != nil
        }.map(\.value.label).min()
    }

    private static func rebuiltIndexes(of table: Int64, _ before: SchemaState, _ after: SchemaState) -> [String] {
        let now = after.relations.filter { $0.value.table == table }
        return before.relations.filter { $0.value.table == table }.compactMap { id, index in
            // Built anew it keeps its name, not always its number.
            guard let same = now[id] ?? now.first(where: { $0.value.label == index.label })?.value else { return nil }
            return same.filenode != index.filenode ? index.label : nil
        }
    }

    private mutating func compareColumns(_ before: SchemaState, _ after: SchemaState) {
        for (number, column) in after.columns {
            let table = after.relations[column.relation]?.label ?? ""
            let found = Column(table: table, name: column.name, type: column.type)
            guard let old = before.columns[number] else {
                newColumns.append(found)
                continue
            }
            if Self.isNarrower(column, than: old) { narrowed.append((found, old.type)) }
        }
        newColumns.sort { ($0.table, $0.name) < ($1.table, $1.name) }
        narrowed.sort { ($0.column.table, $0.column.name) < ($1.column.table, $1.column.name) }
    }

    private static func isNarrower(_ new: SchemaState.Column, than old: SchemaState.Column) -> Bool {
        let texts: Set<String> = ["text", "character varying", "character"]
        let numbers: Set<String> = ["smallint", "integer", "bigint"]
        guard let capacity = new.capacity else { return false }
        if texts.contains(new.base), texts.contains(old.base) { return capacity < old.capacity ?? .max }
        if new.base == "numeric", old.base == "numeric" { return capacity < old.capacity ?? .max }
        if numbers.contains(new.base), numbers.contains(old.base) { return capacity < old.capacity ?? .max }
        return false
    }
}
#endif
