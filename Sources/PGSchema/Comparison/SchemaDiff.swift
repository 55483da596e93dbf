import PGSchemaSQL
import PGWire

/// How one schema differs from another. Both are in the server's form (``Schema/Fragment/canonical``).
struct SchemaDiff {
    let old: Schema
    let new: Schema
    let enums: ObjectDiff<Schema.Enum>
    let addedTables: [Schema.Table]
    let droppedTables: [Schema.Table]
    /// The tables of both schemas, changed or not.
    let tables: [TableDiff]

    init(from old: Schema, to new: Schema) {
        self.old = old
        self.new = new
        enums = ObjectDiff(old.enums, new.enums, isSame: { $0.labels.hasSameBytes(as: $1.labels) }, mayRename: false)
        addedTables = new.tables.filter { old.table($0.name) == nil }
        droppedTables = old.tables.filter { new.table($0.name) == nil }
        tables = new.tables.compactMap { table in old.table(table.name).map { TableDiff(from: $0, to: table) } }
    }

    var isEmpty: Bool {
        enums.isEmpty && addedTables.isEmpty && droppedTables.isEmpty && tables.allSatisfy(\.isEmpty)
    }
}

/// How a table differs.
struct TableDiff {
    let old: Schema.Table
    let new: Schema.Table
    let addedColumns: [Schema.Column]
    let droppedColumns: [Schema.Column]
    /// The columns of both that differ, comments included.
    let changedColumns: [(old: Schema.Column, new: Schema.Column)]
    let constraints: ObjectDiff<Schema.Constraint>
    let indexes: ObjectDiff<Schema.Index>

    init(from old: Schema.Table, to new: Schema.Table) {
        self.old = old
        self.new = new
        addedColumns = new.columns.filter { old.column($0.name) == nil }
        droppedColumns = old.columns.filter { new.column($0.name) == nil }
        changedColumns = new.columns.compactMap { column in
            old.column(column.name).flatMap { $0 == column ? nil : ($0, column) }
        }
        constraints = ObjectDiff(old.constraints, new.constraints, isSame: { $0.isSame(as: $1) }, mayRename: true)
        indexes = ObjectDiff(old.indexes, new.indexes, isSame: { $0.isSame(as: $1) }, mayRename: true)
    }

    var name: String { new.name }

    /// The columns that both have.
    var commonColumns: [(old: Schema.Column, new: Schema.Column)] {
        new.columns.compactMap { column in old.column(column.name).map { ($0, column) } }
    }

    var isEmpty: Bool {
        addedColumns.isEmpty && droppedColumns.isEmpty && changedColumns.isEmpty && constraints.isEmpty
            && indexes.isEmpty && old.comment.hasSameBytes(as: new.comment) && !changesStorage
            && old.isUnlogged == new.isUnlogged && old.rowSecurity == new.rowSecurity
            && old.replicaIdentity.hasSameBytes(as: new.replicaIdentity) && restoredConstraints.isEmpty
    }

    /// The order of the parameters does not matter.
    var changesStorage: Bool { !Self.isSame(old.storage, new.storage) }

    /// The constraints of both whose indexes have other storage parameters.
    var restoredConstraints: [(old: Schema.Constraint, new: Schema.Constraint)] {
        new.constraints.compactMap { constraint in
            let name = constraints.renamed.first { $0.new.name.hasSameBytes(as: constraint.name) }?.old.name
            let before = old.constraints.first { $0.name.hasSameBytes(as: name ?? constraint.name) }
            return before.flatMap { Self.isSame($0.storage, constraint.storage) ? nil : ($0, constraint) }
        }
    }

    private static func isSame(_ old: [String]?, _ new: [String]?) -> Bool { Set(old ?? []) == Set(new ?? []) }
}

/// How a list of named objects differs.
struct ObjectDiff<Object: SchemaObject> {
    private(set) var added: [Object]
    private(set) var dropped: [Object]
    /// The same name, another definition.
    let changed: [(old: Object, new: Object)]
    /// The same definition, another name. This is no guess: renaming has the same result as creating it again.
    private(set) var renamed: [(old: Object, new: Object)] = []
    /// Only the comment differs.
    private(set) var commented: [Object]
    /// The objects with the same name and definition.
    let kept: [Object]

    init(_ old: [Object], _ new: [Object], isSame: (Object, Object) -> Bool, mayRename: Bool) {
        let oldByName = Dictionary(old.map { (SQLIdentifier($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        let newNames = Set(new.map { SQLIdentifier($0.name) })
        added = new.filter { oldByName[SQLIdentifier($0.name)] == nil }
        dropped = old.filter { !newNames.contains(SQLIdentifier($0.name)) }
        let pairs = new.compactMap { object in oldByName[SQLIdentifier(object.name)].map { (old: $0, new: object) } }
        changed = pairs.filter { !isSame($0.old, $0.new) }
        let same = pairs.filter { isSame($0.old, $0.new) }
        commented = same.filter { !$0.old.comment.hasSameBytes(as: $0.new.comment) }.map(\.new)
        kept = same.map(\.new)
        guard mayRename else { return }
        for object in dropped {
            guard let index = added.firstIndex(where: { isSame(object, $0) }) else { continue }
            let other = added.remove(at: index)
            renamed.append((object, other))
            if !object.comment.hasSameBytes(as: other.comment) { commented.append(other) }
        }
        let gone = Set(renamed.map { SQLIdentifier($0.old.name) })
        dropped.removeAll { gone.contains(SQLIdentifier($0.name)) }
    }

    var isEmpty: Bool {
        added.isEmpty && dropped.isEmpty && changed.isEmpty && renamed.isEmpty && commented.isEmpty
    }
}
