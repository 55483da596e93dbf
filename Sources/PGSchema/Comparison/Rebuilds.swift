import PGSchemaSQL
import PGWire

/// What has to be dropped and created again although it does not differ, because something that it depends on does.
struct Rebuilds {
    /// Enum types that need more than ADD VALUE.
    private(set) var replacedEnums: Set<SQLIdentifier> = []
    private let diff: SchemaDiff
    private let major: Int
    private var columns: Set<Schema.Path> = []
    private var changedTypes: Set<Schema.Path> = []
    private var constraints: Set<Schema.Path> = []
    private var indexes: Set<Schema.Path> = []

    init(_ diff: SchemaDiff, major: Int) {
        self.diff = diff
        self.major = major
        replacedEnums = diff.enums.changed.filter { !diff.canAddValues($0.old, $0.new) }.map(\.new.name).identifiers
        for table in diff.tables { findColumns(table) }
        for table in diff.tables { findDependents(table) }
        for table in diff.tables { findForeignKeys(table) }
    }

    func contains(column: String, of table: String) -> Bool { columns.contains(.of(table, column)) }
    func contains(constraint: Schema.Constraint, of table: String) -> Bool {
        constraints.contains(.of(table, constraint.name))
    }
    func contains(index: Schema.Index, of table: String) -> Bool { indexes.contains(.of(table, index.name)) }

    /// Whether a constraint stays and is only validated.
    func isValidated(_ old: Schema.Constraint, _ new: Schema.Constraint, of table: String) -> Bool {
        new.validates(old) && !contains(constraint: new, of: table)
    }

    /// Whether a key exists already and is not touched.
    func isReady(_ target: Schema.Constraint.Target) -> Bool {
        guard let table = diff.tables.first(where: { $0.name.hasSameBytes(as: target.table) }) else { return false }
        let key = target.columns.identifiers
        let isSteady = target.columns.allSatisfy { column in
            table.old.column(column) != nil && !columns.contains(.of(table.name, column))
                && !changedTypes.contains(.of(table.name, column))
        }
        return isSteady && !createdConstraints(of: table).contains { $0.columns.identifiers == key }
            && !createdIndexes(of: table).contains { $0.columns.identifiers == key }
    }

    // MARK: - Lists

    func droppedConstraints(of table: TableDiff) -> [Schema.Constraint] {
        let list = table.constraints
        // In the reverse order of their creation.
        return list.dropped.reversed()
            + list.changed.filter { !isValidated($0.old, $0.new, of: table.name) }.map(\.old)
            + list.renamed.filter { contains(constraint: $0.new, of: table.name) }.map(\.old)
            + list.kept.filter { contains(constraint: $0, of: table.name) }
    }

    func createdConstraints(of table: TableDiff) -> [Schema.Constraint] {
        let list = table.constraints
        return list.kept.filter { contains(constraint: $0, of: table.name) }
            + list.renamed.map(\.new).filter { contains(constraint: $0, of: table.name) } + list.changed.map(\.new)
            + list.added
    }

    func droppedIndexes(of table: TableDiff) -> [Schema.Index] {
        let list = table.indexes
        return list.dropped.reversed() + list.changed.map(\.old)
            + list.renamed.filter { contains(index: $0.new, of: table.name) }.map(\.old)
            + list.kept.filter { contains(index: $0, of: table.name) }
    }

    func createdIndexes(of table: TableDiff) -> [Schema.Index] {
        let list = table.indexes
        return list.kept.filter { contains(index: $0, of: table.name) }
            + list.renamed.map(\.new).filter { contains(index: $0, of: table.name) } + list.changed.map(\.new)
            + list.added
    }

    // MARK: - Finding

    private mutating func findColumns(_ table: TableDiff) {
        for (old, new) in table.commonColumns {
            let type = SQLType(new.type.text).unquotedName
            let isReplaced = replacedEnums.contains(SQLIdentifier(type)) && old.isEnum(type)
            if old.type != new.type || !old.collation.hasSameBytes(as: new.collation) || isReplaced {
                changedTypes.insert(.of(table.name, new.name))
            }
        }
        for (old, new) in table.commonColumns where mustRebuild(old, new, table) {
            columns.insert(.of(table.name, new.name))
        }
    }

    private func mustRebuild(_ old: Schema.Column, _ new: Schema.Column, _ table: TableDiff) -> Bool {
        guard let generation = new.generation else { return old.generation?.storage == .virtual }
        guard let before = old.generation, before.storage == generation.storage else { return true }
        if changedTypes.contains(.of(table.name, new.name)) { return true }
        let names = before.expression.text.names.union(generation.expression.text.names)
        if names.contains(where: {
            changedTypes.contains([SQLIdentifier(table.name), $0]) || replacedEnums.contains($0)
        }) {
            return true
        }
        return before != generation && (major < 17 || generation.storage == .virtual)
    }

    private mutating func findDependents(_ table: TableDiff) {
        for constraint in staying(table)
        where constraint.kind != .foreignKey && dependsOnChange(constraint.definition, table.name) {
            constraints.insert(.of(table.name, constraint.name))
        }
        for index in table.indexes.kept + table.indexes.renamed.map(\.new)
        where dependsOnChange(index.definition, table.name) {
            indexes.insert(.of(table.name, index.name))
        }
    }

    /// The constraints that are kept as they are.
    private func staying(_ table: TableDiff) -> [Schema.Constraint] {
        let list = table.constraints
        return list.kept + list.renamed.map(\.new) + list.changed.filter { $0.new.validates($0.old) }.map(\.new)
    }

    private func dependsOnChange(_ definition: Schema.Fragment, _ table: String) -> Bool {
        // When a column's type changes, the server creates what depends on the column again, from the text that it prints.
        // If that text is reworded when it is read, the result is not what it was.
        let isReworded = !definition.text.hasSameBytes(as: definition.canonical)
        let table = SQLIdentifier(table)
        return definition.text.names.contains { name in
            columns.contains([table, name]) || replacedEnums.contains(name)
                || isReworded && changedTypes.contains([table, name])
        }
    }

    /// A foreign key depends on the key that it refers to, and on columns of the same type on both sides.
    private mutating func findForeignKeys(_ table: TableDiff) {
        for key in staying(table) {
            guard let target = key.target else { continue }
            let near = key.columns.map { Schema.Path.of(table.name, $0) }
            let far = target.columns.map { Schema.Path.of(target.table, $0) }
            let typesChange = near.contains(where: changedTypes.contains) && far.contains(where: changedTypes.contains)
            if typesChange || (near + far).contains(where: columns.contains) || loses(target)
                || carriesChange(target) || turnsInCircle(table, target)
            {
                constraints.insert(.of(table.name, key.name))
            }
        }
    }

    /// Whether a column that the key includes (INCLUDE) gets another type. The server then rebuilds the key, but not the
    /// foreign keys that refer to it.
    private func carriesChange(_ target: Schema.Constraint.Target) -> Bool {
        guard let table = diff.tables.first(where: { $0.name.hasSameBytes(as: target.table) }) else { return false }
        let key = target.columns.identifiers
        let keys = staying(table).filter { $0.kind == .unique && $0.columns.identifiers == key }.map(\.definition)
        let indexes = (table.indexes.kept + table.indexes.renamed.map(\.new))
            .filter { $0.isUnique && $0.columns.identifiers == key }.map(\.definition)
        return (keys + indexes).contains { definition in
            definition.text.names.subtracting(key).contains {
                changedTypes.contains([SQLIdentifier(table.name), $0])
            }
        }
    }

    /// Whether tables that refer to each other in a circle become logged or unlogged: no order of them would do.
    private func turnsInCircle(_ table: TableDiff, _ target: Schema.Constraint.Target) -> Bool {
        let changed = diff.tables.filter { $0.old.isUnlogged != $0.new.isUnlogged }
        let start = SQLIdentifier(table.name)
        guard changed.map(\.name).identifiers.contains(start), !target.table.hasSameBytes(as: table.name) else {
            return false
        }
        var reached: Set<SQLIdentifier> = []
        var waiting = [SQLIdentifier(target.table)]
        while let next = waiting.popLast() {
            guard reached.insert(next).inserted, let other = changed.first(where: { SQLIdentifier($0.name) == next })
            else { continue }
            if next == start { return true }
            waiting += other.old.constraints.compactMap { $0.target.map { SQLIdentifier($0.table) } }
        }
        return false
    }

    /// Whether a key that `target` may refer to is dropped, if only to be created again.
    private func loses(_ target: Schema.Constraint.Target) -> Bool {
        guard let table = diff.tables.first(where: { $0.name.hasSameBytes(as: target.table) }) else { return false }
        let columns = target.columns.identifiers
        let keys = droppedConstraints(of: table).filter { $0.kind == .primaryKey || $0.kind == .unique }.map(\.columns)
        return (keys + droppedIndexes(of: table).filter(\.isUnique).map(\.columns)).contains {
            $0.identifiers == columns
        }
    }
}

extension SchemaDiff {
    /// Whether ALTER TYPE … ADD VALUE is enough: no value is removed or moved, and none is used before it is committed.
    fileprivate func canAddValues(_ old: Schema.Enum, _ new: Schema.Enum) -> Bool {
        let kept = new.labels.filter(old.labels.contains(bytesOf:))
        guard kept.hasSameBytes(as: old.labels) else { return false }
        let type = new.name.quotedIfNeeded
        let added = new.labels.filter { !old.labels.contains(bytesOf: $0) }
        let uses = added.map { "\($0.asLiteral)::\(type)" }
        let before = self.old.texts
        return !self.new.texts.contains { path, text in
            guard !before[path].hasSameBytes(as: text) else { return false }
            if uses.contains(where: { text.utf8.contains($0.utf8) }) { return true }
            // In an array constant some characters are escaped.
            return text.utf8.contains("'::\(type)[]".utf8)
                && added.contains { label in
                    label.utf8.contains(where: "\"'\\".utf8.contains) || text.utf8.contains(label.utf8)
                }
        }
    }
}

extension Schema.Constraint {
    /// Whether it is `old` without NOT VALID.
    fileprivate func validates(_ old: Schema.Constraint) -> Bool {
        old.kind == kind && old.definition.canonical.hasSameBytes(as: definition.canonical + " NOT VALID")
    }
}
