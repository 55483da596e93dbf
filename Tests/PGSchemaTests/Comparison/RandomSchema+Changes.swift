import PGSchemaComparison
import PGSchemaSQL
import TestSupport

extension RandomSchema {
    mutating func changeOnce() {
        switch pick(0...40) {
        case 0: addTable()
        case 1: dropTable()
        case 2...4: addColumn(to: anyTable)
        case 5, 6: dropColumn()
        case 7...9: changeType()
        case 10: changeTypeOfKey()
        case 11: changeNull()
        case 12: changeDefault()
        case 13: changeCollation()
        case 14: changeNumbers()
        case 15: changeGeneration()
        case 16: addEnum()
        case 17...19: changeEnum()
        case 20: renameEnum()
        case 21: renameColumn()
        case 22: renameTable()
        case 23: changePrimaryKey()
        case 24: changeConstraint()
        case 25: changeIndex()
        case 26: renameConstraint()
        case 27: renameIndexes()
        case 28: comment()
        case 29: changeStorage()
        default: addDetail()
        }
    }

    // MARK: - Tables and columns

    private mutating func dropTable() {
        guard schema.tables.count > 1 else { return }
        let table = schema.tables.remove(at: anyTable).name
        log.append("drop table \(table)")
    }

    /// A column that is no key of anything, and no generated one.
    private mutating func plainColumn() -> (table: Int, column: Int)? {
        let places = [anyTable, pick(0...schema.tables.count - 1)].flatMap { table in
            let used = keyColumns(of: table)
            return schema.tables[table].columns.indices
                .filter {
                    let column = schema.tables[table].columns[$0]
                    return !used.contains(column.name) && column.generation == nil
                }
                .map { (table: table, column: $0) }
        }
        return pick(places)
    }

    /// The columns of a table that are of its primary key, or of a foreign key on one side or the other.
    private func keyColumns(of table: Int) -> Set<String> {
        let near = schema.tables[table].constraints.filter { $0.kind == .primaryKey || $0.target != nil }
        let far = schema.tables.flatMap(\.constraints).compactMap(\.target)
            .filter { $0.table == schema.tables[table].name }
        return Set(near.flatMap(\.columns) + far.flatMap(\.columns))
    }

    /// Takes away what speaks of a column.
    private mutating func forget(_ column: String, in table: Int) {
        let name = column.inSQL
        schema.tables[table].constraints.removeAll {
            $0.kind != .primaryKey && $0.target == nil && $0.definition.sql.contains(name)
        }
        schema.tables[table].indexes.removeAll { $0.definition.sql.contains(name) }
        let generated = schema.tables[table].columns.filter { $0.generation?.expression.sql.contains(name) == true }
        for column in generated {
            schema.tables[table].columns.removeAll { $0.name == column.name }
            schema.tables[table].constraints.removeAll { $0.columns.contains(column.name) }
            forget(column.name, in: table)
        }
    }

    private mutating func dropColumn() {
        guard let (table, column) = plainColumn() else { return }
        let name = schema.tables[table].columns.remove(at: column).name
        forget(name, in: table)
        log.append("drop column \(name)")
    }

    private mutating func changeType() {
        guard let (table, column) = plainColumn() else { return }
        let kind = kind()
        let old = schema.tables[table].columns[column]
        let isClose = ["varchar(20)", "varchar", "text"].contains(old.type.sql) && isLikely()
        let type = isClose ? pick(["varchar(20)", "varchar", "text"]) ?? kind.type : kind.type
        // What stands on a text may stand on another one too.
        if !isClose { forget(old.name, in: table) }
        guard let place = schema.tables[table].columns.firstIndex(where: { $0.name == old.name }) else { return }
        schema.tables[table].columns[place].type = .init(type)
        if !isClose {
            schema.tables[table].columns[place].collation = nil
            schema.tables[table].columns[place].identity = nil
            schema.tables[table].columns[place].default = isLikely() ? nil : pick(kind.defaults).map { .init($0) }
        }
        log.append("type of \(old.name) is \(type)")
    }

    /// Of a primary key of one column and all that refers to it.
    private mutating func changeTypeOfKey() {
        let table = anyTable
        guard let key = schema.tables[table].constraints.first(where: { $0.kind == .primaryKey })?.columns,
            key.count == 1, let old = schema.tables[table].column(key[0]), old.type.sql == "integer"
        else { return }
        let name = schema.tables[table].name
        for index in schema.tables.indices {
            let referring = schema.tables[index].constraints
                .filter {
                    $0.target?.table == name && ($0.target?.columns.isEmpty == true || $0.target?.columns == key)
                }
            for column in referring.flatMap(\.columns) + (index == table ? key : []) {
                forget(column, in: index)
                for place in schema.tables[index].columns.indices
                where schema.tables[index].columns[place].name == column {
                    schema.tables[index].columns[place].type = "bigint"
                }
            }
        }
        log.append("type of key \(key) of \(name) is bigint")
    }

    private mutating func changeNull() {
        guard let (table, column) = plainColumn(), schema.tables[table].columns[column].identity == nil else { return }
        schema.tables[table].columns[column].isNullable.toggle()
        log.append("null of \(schema.tables[table].columns[column].name)")
    }

    private mutating func changeDefault() {
        guard let (table, column) = plainColumn(), schema.tables[table].columns[column].identity == nil else { return }
        let old = schema.tables[table].columns[column]
        schema.tables[table].columns[column].default =
            isLikely() ? nil : kind(of: old).flatMap { pick($0.defaults) }.map { .init($0) }
        log.append("default of \(old.name)")
    }

    private mutating func changeCollation() {
        guard let (table, column) = plainColumn(), kind(of: schema.tables[table].columns[column])?.hasCollation == true
        else { return }
        schema.tables[table].columns[column].collation = pick([nil, "C", "POSIX"]) ?? nil
        log.append("collation of \(schema.tables[table].columns[column].name)")
    }

    private mutating func changeNumbers() {
        let table = anyTable
        let places = schema.tables[table].columns.indices.filter {
            let column = schema.tables[table].columns[$0]
            return ["integer", "bigint", "smallint"].contains(column.type.sql) && column.generation == nil
                && !column.isNullable
        }
        guard let place = pick(places) else { return }
        var column = schema.tables[table].columns[place]
        column.identity = nil
        if pick(0...3) > 0 {
            let mode = pick([Schema.Identity.Mode.always, .byDefault, .serial]) ?? .always
            let isSerial = mode == .serial
            column = column.identity(
                mode, start: isSerial || isLikely() ? nil : 7, increment: isSerial || isLikely() ? nil : 3)
            column.default = nil
        }
        schema.tables[table].columns[place] = column
        log.append("numbers of \(column.name)")
    }

    private mutating func changeGeneration() {
        let table = anyTable
        let used = keyColumns(of: table)
        let places = schema.tables[table].columns.indices.filter {
            let column = schema.tables[table].columns[$0]
            return column.generation != nil && !used.contains(column.name)
        }
        guard let place = pick(places) else { return }
        var column = schema.tables[table].columns[place]
        column.generation = nil
        let sources = computable(table).filter { kind(of: $0)?.expression?.type == column.type.sql }
        if pick(0...3) > 0, let source = pick(sources), let (sql, _) = expression(of: source, in: table) {
            column = column.generated(as: sql, storage(of: source))
        }
        forget(column.name, in: table)
        for index in schema.tables[table].columns.indices where schema.tables[table].columns[index].name == column.name
        {
            schema.tables[table].columns[index] = column
        }
        log.append("generation of \(column.name)")
    }

    // MARK: - Constraints, indexes and what is said about them

    private mutating func anyConstraint() -> (table: Int, constraint: Int)? {
        let table = anyTable
        let places = schema.tables[table].constraints.indices
            .filter { schema.tables[table].constraints[$0].kind != .primaryKey }
        return pick(places).map { (table, $0) }
    }

    /// It goes, or another one has its name.
    private mutating func changeConstraint() {
        guard let (table, place) = anyConstraint() else { return }
        let gone = schema.tables[table].constraints.remove(at: place)
        log.append("drop \(gone.definition.sql)")
        let name = gone.name.isEmpty || isLikely() ? nil : gone.name
        switch pick(0...2) {
        case 0: addCheck(named: name)
        case 1: addUnique(named: name)
        default: break
        }
    }

    private mutating func changeIndex() {
        let table = anyTable
        guard let place = pick(schema.tables[table].indexes.indices) else { return }
        let gone = schema.tables[table].indexes.remove(at: place)
        log.append("drop index \(gone.definition.sql)")
        if isLikely() { addIndex(named: gone.name.isEmpty || isLikely() ? nil : gone.name) }
    }

    private mutating func renameConstraint() {
        guard let (table, place) = anyConstraint() else { return }
        schema.tables[table].constraints[place].name = name("k")
        log.append("rename \(schema.tables[table].constraints[place].definition.sql)")
    }

    /// One takes the name of another, which takes a new name or that of the first.
    private mutating func renameIndexes() {
        let places = schema.tables.indices.flatMap { table in
            schema.tables[table].indexes.indices.map { (table, $0) }
        }
        .filter { schema.tables[$0.0].indexes[$0.1].name != "" }.shuffled(using: &random)
        guard let (table, index) = places.first else { return }
        let old = schema.tables[table].indexes[index].name
        if let (otherTable, otherIndex) = places.dropFirst().first {
            schema.tables[table].indexes[index].name = schema.tables[otherTable].indexes[otherIndex].name
            schema.tables[otherTable].indexes[otherIndex].name = isLikely() ? old : name("i")
        } else {
            schema.tables[table].indexes[index].name = name("i")
        }
        log.append("rename index \(old)")
    }

    private mutating func changePrimaryKey() {
        let table = anyTable
        let old = schema.tables[table].constraints.first { $0.kind == .primaryKey }
        schema.tables[table].constraints.removeAll { $0.kind == .primaryKey }
        let columns = ordered(table).filter { !$0.isNullable && $0.generation == nil }.map(\.name)
            .shuffled(using: &random).prefix(pick(0...2))
        if !columns.isEmpty {
            schema.tables[table].constraints.append(.primaryKey(Array(columns), named: isLikely() ? old?.name : nil))
        }
        log.append("primary key \(columns)")
    }
}
