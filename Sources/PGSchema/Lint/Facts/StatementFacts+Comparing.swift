import PGSchemaSQL
import PGWire

extension StatementFacts {
    /// Compares the schema before and after a statement, and its locks.
    ///
    /// - Parameter existing: the relations that existed before the revision.
    init(before: SchemaState, after: SchemaState, locks: LockReading, existing: Set<Int64>) {
        self.locks = Self.locks(in: before, locks, existing: existing)
        for index in self.locks.indices {
            self.locks[index].blockedIndex = Self.blockedIndex(of: self.locks[index].id, before, after, locks, existing)
        }
        for (id, table) in before.relations where existing.contains(id) && table.isTable {
            guard let now = after.relations[id] else { continue }
            if now.filenode != table.filenode, table.filenode > 0 { rewritten.append(table.label) }
            if now.scans > table.scans { scanned.append(table.label) }
            rebuiltIndexes += Self.rebuiltIndexes(of: id, before, after)
        }
        rewritten.sortByBytes()
        scanned.sortByBytes()
        rebuiltIndexes.sortByBytes()
        compareNames(before, after, existing)
        compareColumns(before, after)
        let owners = after.relations.filter { id, relation in
            relation.kind == "S" && relation.table == 0 && before.relations[id] == nil
        }
        newTypes = after.types.filter { before.types[$0.key] == nil }.map(\.value) + owners.map(\.value.label)
        newTypes.sortByBytes()
        keysWithoutIndex = after.foreignKeys.filter { before.foreignKeys[$0.key] == nil && !$0.value.hasIndex }
            .map(\.value.label)
        keysWithoutIndex.sortByBytes()
        rowConstraints = after.rowConstraints.values.filter {
            before.rowConstraints[SQLIdentifier($0.label)] == nil && existing.contains($0.table)
        }
        .sorted { SQLIdentifier($0.label) < SQLIdentifier($1.label) }
    }

    /// The locks on relations that existed before the revision, in the order of their names.
    package static func locks(in state: SchemaState, _ reading: LockReading, existing: Set<Int64>) -> [TableLock] {
        state.relations.compactMap { id, relation in
            guard existing.contains(id), let mode = reading.modes[id] else { return nil }
            // A weaker lock on a sequence does not block nextval. The lock of a table covers the sequences that it owns.
            if relation.kind == "S" {
                guard mode >= .share, reading.modes[relation.table].map({ $0 < mode }) ?? true else { return nil }
            } else if !relation.isTable {
                return nil
            }
            return TableLock(id: id, table: relation.label, mode: mode, isSequence: relation.kind == "S")
        }
        .sorted { SQLIdentifier($0.table) < SQLIdentifier($1.table) }
    }

    /// An index that stays, and that no other session can open meanwhile.
    private static func blockedIndex(
        of table: Int64, _ before: SchemaState, _ after: SchemaState, _ locks: LockReading, _ existing: Set<Int64>
    ) -> String? {
        before.relations.filter { id, index in
            index.isIndex && index.table == table && existing.contains(id) && locks.modes[id] == .accessExclusive
                && after.relations[id] != nil
        }.map(\.value.label).min { SQLIdentifier($0) < SQLIdentifier($1) }
    }

    private static func rebuiltIndexes(of table: Int64, _ before: SchemaState, _ after: SchemaState) -> [String] {
        let now = after.relations.filter { $0.value.isIndex && $0.value.table == table }
        return before.relations.filter { $0.value.isIndex && $0.value.table == table }.compactMap { id, index in
            // A rebuilt index keeps its name, but not always its OID.
            guard let same = now[id] ?? now.first(where: { $0.value.label.hasSameBytes(as: index.label) })?.value else {
                return nil
            }
            return same.filenode != index.filenode ? index.label : nil
        }
    }

    /// Finds what was dropped or renamed by whatever means: CASCADE, a function, or dynamic SQL in a DO block.
    private mutating func compareNames(_ before: SchemaState, _ after: SchemaState, _ existing: Set<Int64>) {
        for (id, table) in before.relations where existing.contains(id) && table.isTable {
            guard let now = after.relations[id] else {
                if table.kind != "v" { droppedTables.append(table.label) }
                continue
            }
            if !now.schema.hasSameBytes(as: table.schema) || !now.name.hasSameBytes(as: table.name) {
                renamedTables.append(Renaming(old: table.label, new: now.label))
            }
        }
        for (number, column) in before.columns {
            // The columns of a partition are reported for its parent.
            guard let table = before.relations[column.relation], existing.contains(column.relation), !table.isPartition,
                after.relations[column.relation] != nil
            else { continue }
            let name = "\(table.label).\(column.name)"
            guard let now = after.columns[number] else {
                droppedColumns.append(name)
                continue
            }
            if !now.name.hasSameBytes(as: column.name) { renamedColumns.append(Renaming(old: name, new: now.name)) }
        }
        for (id, name) in before.types {
            if let now = after.types[id], !now.hasSameBytes(as: name) {
                renamedTypes.append(Renaming(old: name, new: now))
            }
        }
        droppedTables.sortByBytes()
        droppedColumns.sortByBytes()
        renamedTables.sort { SQLIdentifier($0.old) < SQLIdentifier($1.old) }
        renamedTypes.sort { SQLIdentifier($0.old) < SQLIdentifier($1.old) }
        renamedColumns.sort { SQLIdentifier($0.old) < SQLIdentifier($1.old) }
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
        newColumns.sort { $0.place < $1.place }
        narrowed.sort { $0.column.place < $1.column.place }
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
