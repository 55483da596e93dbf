import PGSchemaComparison
import PGSchemaSQL
import TestSupport

/// Tables, columns, constraints and indexes that come.
extension RandomSchema {
    mutating func addTable() {
        let table = name("t")
        var id = Schema.Column(name("c"), isLikely() ? .integer : .uuid)
        if id.type.sql == "integer" {
            switch pick(0...2) {
            case 0: id = id.identity()
            case 1: id = isLikely() ? id.identity(.byDefault, start: 100) : id.identity(start: -9, increment: -5)
            default: id = id.identity(.serial)
            }
        }
        schema.tables.append(Schema.Table(table, id.primaryKey(named: nameOrNone("k"))))
        for _ in 0..<pick(1...5) { addColumn(to: schema.tables.count - 1) }
        log.append("add table \(table)")
    }

    mutating func addColumn(to table: Int) {
        let kind = kind()
        var column = Schema.Column(name("c"), .init(kind.type))
        if isLikely() { column = column.null() }
        if isLikely(), let value = pick(kind.defaults) { column = column.default(value) }
        if kind.hasCollation, pick(0...4) == 0 { column = column.collate("C") }
        if pick(0...5) == 0 { column = column.comment("about it") }
        schema.tables[table].columns.append(column)
        log.append("add column \(column.name)")
    }

    /// A constraint, an index, a column that the server computes or numbers.
    mutating func addDetail() {
        switch pick(0...11) {
        case 0, 1: addUnique()
        case 2, 3: addCheck()
        case 4, 5: addForeignKey()
        case 6: addGenerated()
        case 7: addExclusion()
        case 8: addNumbers()
        default: addIndex()
        }
    }

    private mutating func addGenerated() {
        let table = anyTable
        guard let source = pick(computable(table)), let (sql, type) = expression(of: source, in: table) else { return }
        let column = Schema.Column(name("c"), .init(type)).null().generated(as: sql, storage(of: source))
        schema.tables[table].columns.append(column)
        log.append("add generated column \(column.name)")
    }

    /// No virtual column may be computed from a user's own type.
    mutating func storage(of source: Schema.Column) -> Schema.Generation.Storage {
        let isOwn = schema.enums.contains { source.type.sql.hasPrefix($0.name.inSQL) }
        return major >= 18 && !isOwn && isLikely() ? .virtual : .stored
    }

    /// The columns that another can be computed from.
    func computable(_ table: Int) -> [Schema.Column] {
        schema.tables[table].columns.filter { $0.generation == nil && kind(of: $0)?.expression != nil }
    }

    mutating func expression(of source: Schema.Column, in table: Int) -> (sql: String, type: String)? {
        guard let (sql, type) = kind(of: source)?.expression else { return nil }
        var text = sql.replacing("?", with: source.name.inSQL)
        // Of two columns.
        let others = schema.tables[table].columns.filter { $0.type.sql == type && $0.generation == nil }
        if isLikely(), ["integer", "bigint", "text"].contains(type), let other = pick(others) {
            text += (type == "text" ? " || " : " + ") + other.name.inSQL
        }
        return (text, type)
    }

    private mutating func addNumbers() {
        let column = Schema.Column(name("c"), pick([.integer, .bigint, .smallint]) ?? .integer)
            .identity(pick([.always, .byDefault, .serial]) ?? .always)
        schema.tables[anyTable].columns.append(column)
        log.append("add numbers \(column.name)")
    }

    // MARK: - Constraints

    /// A virtual column can be in no key.
    func ordered(_ table: Int) -> [Schema.Column] {
        schema.tables[table].columns.filter { kind(of: $0)?.isOrdered ?? false && $0.generation?.storage != .virtual }
    }

    mutating func addUnique(named name: String? = nil) {
        let table = anyTable
        let columns = ordered(table).map(\.name).shuffled(using: &random)
        guard !columns.isEmpty else { return }
        let count = min(columns.count, pick(1...2))
        let constraint = Schema.Constraint.unique(
            Array(columns.prefix(count)), named: name ?? nameOrNone("k"),
            including: pick(0...3) == 0 ? Array(columns.dropFirst(count).prefix(1)) : [],
            nullsNotDistinct: pick(0...3) == 0,
            deferrable: pick(0...2) == 0 ? pick(Schema.Constraint.Deferrable.allCases) ?? .never : .never)
        schema.tables[table].constraints.append(constraint)
        log.append("add \(constraint.definition.sql)")
    }

    mutating func addCheck(named name: String? = nil) {
        let table = anyTable
        let columns = schema.tables[table].columns.filter { kind(of: $0)?.checks.isEmpty == false }
        guard let column = pick(columns), let check = condition(on: column) else { return }
        schema.tables[table].constraints.append(.check(check, named: name ?? nameOrNone("k")))
        log.append("add check on \(column.name)")
    }

    private mutating func condition(on column: Schema.Column) -> String? {
        pick(kind(of: column)?.checks ?? []).map { $0.replacing("?", with: column.name.inSQL) }
    }

    /// To a primary key or a unique one, also of several columns, of the same table or another.
    private mutating func addForeignKey() {
        let (table, target) = (anyTable, anyTable)
        let keys = schema.tables[target].constraints.filter(\.canBeReferredTo)
        guard let key = pick(keys) else { return }
        var columns: [String] = []
        for other in key.columns {
            guard let far = schema.tables[target].column(other), far.generation == nil else { return }
            var near = Schema.Column(name("c"), .init(far.type.sql)).null()
            near.collation = far.collation
            schema.tables[table].columns.append(near)
            columns.append(near.name)
        }
        let mayBeLeftOut = key.kind == .primaryKey && isLikely()
        let constraint = Schema.Constraint.foreignKey(
            columns, references: schema.tables[target].name, mayBeLeftOut ? [] : key.columns, named: nameOrNone("k"),
            onDelete: pick(Schema.Constraint.Action.allCases) ?? .noAction,
            onUpdate: isLikely() ? .noAction : pick(Schema.Constraint.Action.allCases) ?? .noAction,
            deferrable: pick(Schema.Constraint.Deferrable.allCases) ?? .never)
        schema.tables[table].constraints.append(constraint)
        log.append("add \(constraint.definition.sql)")
    }

    private mutating func addExclusion() {
        let table = anyTable
        let columns = schema.tables[table].columns.filter { $0.generation?.storage != .virtual }
        let choices = columns.compactMap { column -> String? in
            switch column.type.sql {
            case "tstzrange": "USING gist (\(column.name.inSQL) WITH &&)"
            case "integer": "USING btree (\(column.name.inSQL) WITH =) WHERE (\(column.name.inSQL) > 1)"
            case "text": "USING hash (\(column.name.inSQL) WITH =) DEFERRABLE"
            default: nil
            }
        }
        guard let choice = pick(choices) else { return }
        schema.tables[table].constraints.append(.exclude(choice, named: nameOrNone("k")))
        log.append("add exclusion \(choice)")
    }

    /// Foreign keys that lead to nothing any more go.
    mutating func dropStrayKeys() {
        for table in schema.tables.indices {
            schema.tables[table].constraints.removeAll { [schema] constraint in
                guard let target = constraint.target else { return false }
                let keys = schema.table(target.table)?.constraints.filter(\.canBeReferredTo) ?? []
                let types = constraint.columns.map { schema.tables[table].column($0)?.type.sql }
                return !keys.contains { key in
                    (target.columns.isEmpty ? key.kind == .primaryKey : key.columns == target.columns)
                        && key.columns.map { schema.table(target.table)?.column($0)?.type.sql } == types
                }
            }
        }
    }

    // MARK: - Indexes

    mutating func addIndex(named name: String? = nil) {
        let table = anyTable
        let name = name ?? nameOrNone("i")
        let columns = schema.tables[table].columns.filter { $0.generation?.storage != .virtual }
        let others = columns.flatMap { column in (kind(of: column)?.methods ?? []).map { (column: column, method: $0) }
        }
        if pick(0...3) == 0, let (column, method) = pick(others) {
            var key = Schema.Index.Key.column(column.name)
            if method == "gin", isLikely(), let other = kind(of: column)?.operatorClass {
                key = key.operatorClass(other)
            }
            schema.tables[table] = schema.tables[table].index(name, on: key, using: method, where: predicate(table))
            log.append("add \(method) index on \(column.name)")
            return
        }
        let keys = ordered(table).shuffled(using: &random).prefix(pick(1...3))
        guard let first = keys.first else { return }
        let isUnique = pick(0...4) == 0
        schema.tables[table] = schema.tables[table].index(
            name, on: keys.map { key(of: $0, in: table) }, unique: isUnique,
            including: pick(0...4) == 0 ? Array(columns.prefix(1).map(\.name)) : [],
            nullsNotDistinct: isUnique && isLikely(), where: predicate(table),
            comment: pick(0...4) == 0 ? "for it's search" : nil)
        log.append("add index on \(first.name)")
    }

    private mutating func predicate(_ table: Int) -> String? {
        guard pick(0...2) == 0 else { return nil }
        return pick(schema.tables[table].columns.filter { $0.generation?.storage != .virtual })
            .flatMap { condition(on: $0) }
    }

    private mutating func key(of column: Schema.Column, in table: Int) -> Schema.Index.Key {
        var key = Schema.Index.Key.column(column.name)
        if pick(0...3) == 0, column.generation == nil, let (sql, type) = expression(of: column, in: table),
            type != "boolean"
        {
            key = .expression(sql)
        } else if let kind = kind(of: column) {
            if kind.hasCollation, pick(0...4) == 0 { key = key.collate(isLikely() ? "C" : "POSIX") }
            if let name = kind.operatorClass, kind.isOrdered, pick(0...4) == 0 { key = key.operatorClass(name) }
        }
        return switch pick(0...5) {
        case 0: key.descending()
        case 1: key.nullsFirst()
        case 2: key.descending().nullsLast()
        default: key
        }
    }

    // MARK: - By hand

    /// Some constraints hold only for rows that come.
    mutating func takeValidityAway() {
        for table in schema.tables {
            for constraint in table.constraints where constraint.kind == .check && constraint.name != "" && isLikely() {
                let (table, name) = (table.name.inSQL, constraint.name.inSQL)
                handmade.append("ALTER TABLE \(table) DROP CONSTRAINT \(name)")
                handmade.append(
                    "ALTER TABLE \(table) ADD CONSTRAINT \(name) \(constraint.definition.sql) NOT VALID")
            }
        }
    }
}

extension Schema.Constraint {
    var canBeReferredTo: Bool {
        kind == .primaryKey || kind == .unique && !definition.sql.contains("DEFERRABLE")
    }
}
