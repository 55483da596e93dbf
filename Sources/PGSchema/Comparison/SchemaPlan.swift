import PGSchemaSQL
import PGWire

/// The statements that turn one schema into another, in an order that works.
///
/// Foreign keys, tables, indexes and constraints are dropped first. Then types, tables and columns are created, then what
/// depends on them. Types that nothing uses any more are dropped last.
struct SchemaPlan {
    let diff: SchemaDiff
    let conversions: [TypeChange: Conversion]
    /// The server's major version.
    let major: Int
    let rebuilds: Rebuilds
    private(set) var statements: [Statement] = []

    /// A statement, with warnings for whoever runs it.
    struct Statement {
        /// The SQL, without the semicolon.
        var sql: String
        /// Warnings, each for one comment line.
        var notes: [String] = []
    }

    /// How values are converted from one type to another.
    enum Conversion {
        /// The server converts without USING.
        case implicit
        /// `USING c::type`
        case cast
        /// `USING c::text::type`
        case throughText
    }

    init(_ diff: SchemaDiff, conversions: [TypeChange: Conversion], major: Int) {
        self.diff = diff
        self.conversions = conversions
        self.major = major
        rebuilds = Rebuilds(diff, major: major)
        dropForeignKeys()
        dropTables()
        changePersistence()
        dropIndexesAndConstraints()
        rename()
        dropGenerations()
        let old = changeEnums()
        createTables()
        for table in diff.tables { changeColumns(of: table) }
        addConstraintsAndIndexes()
        for name in old { add("DROP TYPE \(name.quotedIfNeeded)") }
        for type in diff.enums.dropped { add("DROP TYPE \(type.name.quotedIfNeeded)") }
        for table in diff.tables { changeSettings(of: table) }
        changeComments()
    }

    mutating func add(_ sql: String, notes: [String] = []) {
        statements.append(Statement(sql: sql, notes: notes))
    }

    mutating func add(_ sql: String?) {
        if let sql { add(sql) }
    }

    // MARK: - Dropping

    private mutating func dropForeignKeys() {
        for table in diff.tables {
            for key in rebuilds.droppedConstraints(of: table) where key.kind == .foreignKey {
                drop(key, of: table.name)
            }
        }
        // Tables that refer to each other in a cycle.
        let order = diff.droppedTables.inOrderOfReference.map(\.name)
        for (place, name) in order.enumerated() {
            let later = order[(place + 1)...].identifiers
            for key in diff.old.table(name)?.constraints ?? []
            where later.contains(SQLIdentifier(key.target?.table ?? "")) {
                drop(key, of: name)
            }
        }
    }

    private mutating func drop(_ constraint: Schema.Constraint, of table: String) {
        add("ALTER TABLE \(table.quotedIfNeeded) DROP CONSTRAINT \(constraint.name.quotedIfNeeded)")
    }

    private mutating func dropTables() {
        for table in diff.droppedTables.inOrderOfReference.reversed() {
            var notes = ["loses data: all rows of \(table.name)"]
            if !table.unmanaged.isEmpty {
                notes.append("going the other way does not bring back: \(table.unmanaged.joined(separator: ", "))")
            }
            add("DROP TABLE \(table.name.quotedIfNeeded)", notes: notes)
        }
    }

    private mutating func dropIndexesAndConstraints() {
        for table in diff.tables {
            for index in rebuilds.droppedIndexes(of: table) { add("DROP INDEX \(index.name.quotedIfNeeded)") }
        }
        for table in diff.tables {
            for constraint in rebuilds.droppedConstraints(of: table) where constraint.kind != .foreignKey {
                drop(constraint, of: table.name)
            }
        }
    }

    /// Generated columns depend on the columns that they are computed from.
    private mutating func dropGenerations() {
        for table in diff.tables {
            let name = table.name.quotedIfNeeded
            for column in table.droppedColumns where column.generation != nil {
                drop(column, of: table)
            }
            for (old, new) in table.commonColumns {
                let column = new.name.quotedIfNeeded
                if rebuilds.contains(column: new.name, of: table.name) {
                    let isLoss = old.generation == nil
                    drop(new, of: table, notes: isLoss ? ["loses data: the values of \(table.name).\(new.name)"] : [])
                } else if old.generation != nil, new.generation == nil {
                    add("ALTER TABLE \(name) ALTER COLUMN \(column) DROP EXPRESSION")
                }
            }
        }
    }

    // MARK: - Creating

    private mutating func createTables() {
        var made: Set<SQLIdentifier> = []
        for table in diff.addedTables.inOrderOfReference {
            made.insert(SQLIdentifier(table.name))
            var table = table
            let waits = { [rebuilds] (key: Schema.Constraint) in
                key.target.map { !made.contains(SQLIdentifier($0.table)) && !rebuilds.isReady($0) } ?? false
            }
            later += table.constraints.filter(waits).map { (table.name, $0) }
            table.constraints.removeAll(where: waits)
            let sequences = table.columns.compactMap { $0.ownSequence(in: table.name) }
            for sequence in sequences { add(sequence.creation) }
            add(table.creation)
            for sequence in sequences { add(sequence.owning) }
            for column in table.columns { for setting in column.settingStatements(in: table.name) { add(setting) } }
            for constraint in table.laterConstraints { add(constraint.addition(to: table.name)) }
            for constraint in table.constraints { for storage in constraint.storageStatements { add(storage) } }
            for index in table.indexes { add(index.creation(on: table.name)) }
            for statement in table.securityStatements { add(statement) }
            for comment in table.allComments { add(comment) }
        }
    }

    /// Foreign keys of new tables to tables or keys that are created after them.
    private var later: [(table: String, key: Schema.Constraint)] = []

    private mutating func addConstraintsAndIndexes() {
        for table in diff.tables {
            for constraint in rebuilds.createdConstraints(of: table) where constraint.kind != .foreignKey {
                add(constraint, to: table)
            }
        }
        for table in diff.tables {
            for index in rebuilds.createdIndexes(of: table) {
                add(index.creation(on: table.name), notes: Self.notes(for: index, of: table))
                add(index.commentIfAny(on: index.subject))
            }
        }
        for table in diff.tables {
            for key in rebuilds.createdConstraints(of: table) where key.kind == .foreignKey { add(key, to: table) }
        }
        for (table, key) in later {
            add(key.addition(to: table))
            add(key.commentIfAny(on: key.subject(in: table)))
        }
    }

    private mutating func add(_ constraint: Schema.Constraint, to table: TableDiff) {
        if let old = table.constraints.changed.first(where: { $0.new.name.hasSameBytes(as: constraint.name) })?.old,
            rebuilds.isValidated(old, constraint, of: table.name)
        {
            let name = constraint.name.quotedIfNeeded
            return add("ALTER TABLE \(table.name.quotedIfNeeded) VALIDATE CONSTRAINT \(name)")
        }
        add(constraint.addition(to: table.name), notes: Self.notes(for: constraint, of: table))
        for storage in constraint.storageStatements { add(storage) }
        add(constraint.commentIfAny(on: constraint.subject(in: table.name)))
    }

    private static func notes(for constraint: Schema.Constraint, of table: TableDiff) -> [String] {
        // A constraint that existed before, under another name, holds for the existing rows.
        guard table.constraints.added.contains(where: { $0.name.hasSameBytes(as: constraint.name) }) else { return [] }
        switch constraint.kind {
        case .primaryKey, .unique: return ["fails while rows of \(table.name) have the same values"]
        case .check: return ["fails while a row of \(table.name) breaks it"]
        case .foreignKey: return ["fails while a row of \(table.name) refers to a row that is not there"]
        case .exclusion: return ["fails while rows of \(table.name) exclude each other"]
        }
    }

    private static func notes(for index: Schema.Index, of table: TableDiff) -> [String] {
        let isAdded = table.indexes.added.contains { $0.name.hasSameBytes(as: index.name) }
        guard isAdded || table.indexes.changed.contains(where: { $0.new.name.hasSameBytes(as: index.name) }) else {
            return []
        }
        let unique = index.isUnique ? ["fails while rows of \(table.name) have the same values"] : []
        let advice = isAdded ? "; for a large table autogenerate with --concurrently" : ""
        return unique + ["holds up writes to \(table.name) while it is built\(advice)"]
    }

    // MARK: - Comments

    private mutating func changeComments() {
        for type in diff.enums.commented { add(type.commenting(on: "TYPE \(type.name.quotedIfNeeded)")) }
        for (old, new) in diff.enums.changed
        where !old.comment.hasSameBytes(as: new.comment)
            && !rebuilds.replacedEnums.contains(SQLIdentifier(new.name))
        {
            add(new.commenting(on: "TYPE \(new.name.quotedIfNeeded)"))
        }
        for table in diff.tables { changeComments(of: table) }
    }

    private mutating func changeComments(of table: TableDiff) {
        let name = table.name.quotedIfNeeded
        if !table.old.comment.hasSameBytes(as: table.new.comment) { add(table.new.commenting(on: "TABLE \(name)")) }
        for (old, new) in table.changedColumns
        where !old.comment.hasSameBytes(as: new.comment) && !rebuilds.contains(column: new.name, of: table.name) {
            add(new.commenting(on: new.subject(in: table.name)))
        }
        for constraint in table.constraints.commented
        where !rebuilds.contains(constraint: constraint, of: table.name) {
            add(constraint.commenting(on: constraint.subject(in: table.name)))
        }
        for (old, new) in table.constraints.changed
        where rebuilds.isValidated(old, new, of: table.name) && !old.comment.hasSameBytes(as: new.comment) {
            add(new.commenting(on: new.subject(in: table.name)))
        }
        for index in table.indexes.commented where !rebuilds.contains(index: index, of: table.name) {
            add(index.commenting(on: index.subject))
        }
    }
}

extension [Schema.Table] {
    /// The tables with those first that others refer to. Tables in a cycle keep their order.
    var inOrderOfReference: [Schema.Table] {
        var waiting = self
        var order: [Schema.Table] = []
        while !waiting.isEmpty {
            let names = waiting.map(\.name).identifiers
            let free = waiting.firstIndex { table in
                table.constraints.allSatisfy { key in
                    guard let target = key.target?.table else { return true }
                    return target.hasSameBytes(as: table.name) || !names.contains(SQLIdentifier(target))
                }
            }
            order.append(waiting.remove(at: free ?? 0))
        }
        return order
    }
}
