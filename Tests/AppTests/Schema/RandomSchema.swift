#if ScribeApp
import ScribeApp

/// A schema made by chance, and changes of it made by chance. The same seed makes the same.
///
/// All names are numbered, `t001`, `c002`, `e003`, so that none is part of another and each is there once.
struct RandomSchema {
    var schema = Schema()
    /// The renames among the changes, as a user would ask for them.
    var renames: [String] = []
    /// Whether a change takes rows or values away.
    var losesData: Bool { losesRows || !enumsThatLose.isEmpty }
    private var losesRows = false
    private var enumsThatLose: Set<String> = []
    /// What was done, for a person.
    var log: [String] = []
    private var random: SplitMix64
    private var counter = 0
    /// What was there before the changes: only that can be renamed, and once.
    private var renamable: Set<String> = []
    private var renamedTables: Set<String> = []

    init(seed: UInt64) {
        random = SplitMix64(state: seed)
        for _ in 0..<pick(0...2) { addEnum() }
        for _ in 0..<pick(2...4) { addTable() }
        for _ in 0..<pick(2...8) { addDetail() }
        log = []
    }

    /// Makes one to six changes.
    mutating func change() {
        renamable = Set(schema.tables.map(\.name) + schema.tables.flatMap { $0.columns.map(\.name) })
        renamable.formUnion(schema.enums.flatMap(\.labels))
        for _ in 0..<pick(1...6) { changeOnce() }
    }

    private mutating func changeOnce() {
        switch pick(0...21) {
        case 0: addTable()
        case 1: dropTable()
        case 2, 3: addColumn(to: anyTable)
        case 4: dropColumn()
        case 5, 6: changeType()
        case 7: changeNull()
        case 8: changeDefault()
        case 9: addEnum()
        case 10, 11, 12: changeEnum()
        case 13: renameColumn()
        case 14: renameTable()
        case 15: dropConstraint()
        case 16: dropIndex()
        case 17: comment()
        default: addDetail()
        }
    }

    /// A constraint, an index, a generated column.
    private mutating func addDetail() {
        switch pick(0...9) {
        case 0: addUnique()
        case 1, 2: addCheck()
        case 3, 4: addForeignKey()
        case 5: addGenerated()
        default: addIndex()
        }
    }

    // MARK: - Chance

    private mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func isLikely() -> Bool { pick(0...1) == 0 }
    private mutating func pick<C: Collection>(_ choice: C) -> C.Element? { choice.randomElement(using: &random) }

    private mutating func name(_ letter: Character) -> String {
        counter += 1
        let digits = String(counter)
        return "\(letter)\(String(repeating: "0", count: max(0, 3 - digits.count)))\(digits)"
    }

    private var anyTable: Int { mutating get { pick(0...schema.tables.count - 1) } }

    // MARK: - Types

    private struct Kind {
        let type: String
        let defaults: [String]
        var check: String?
        var isIndexed = true
        var expression: String?
    }

    private static let kinds = [
        Kind(type: "integer", defaults: ["0", "41 + 1"], check: "? > 0 AND ? <> 7", expression: "abs(?)"),
        Kind(type: "bigint", defaults: ["9000000000"], check: "? BETWEEN 1 AND 9", expression: "? * 2"),
        Kind(type: "numeric(10, 2)", defaults: ["1.5"], check: "? >= 0", expression: "round(?)"),
        Kind(type: "text", defaults: ["'x'", "'it''s'"], check: "length(?) > 2 OR ? = 'a'", expression: "lower(?)"),
        Kind(type: "varchar(20)", defaults: ["'y'"], check: "? IN ('a', 'b', 'c')", expression: "upper(?)"),
        Kind(type: "boolean", defaults: ["true", "false"], check: "? IS NOT TRUE"),
        Kind(
            type: "timestamp with time zone", defaults: ["now()", "CURRENT_TIMESTAMP"], check: "? > '2000-01-01 00:00Z'"
        ),
        Kind(type: "date", defaults: ["CURRENT_DATE"], check: "? <> '2000-01-01'", expression: "? + 1"),
        Kind(type: "jsonb", defaults: ["'{}'", "'[1, 2]'::jsonb"], check: "? <> 'null'", isIndexed: false),
        Kind(type: "uuid", defaults: ["gen_random_uuid()"]),
        Kind(type: "text[]", defaults: ["'{}'", "ARRAY['a', 'b']"], check: "cardinality(?) < 5", isIndexed: false),
    ]

    private mutating func kind() -> Kind {
        if let type = pick(schema.enums), pick(0...3) == 0 {
            let label = pick(type.labels) ?? ""
            return Kind(
                type: type.name, defaults: ["'\(label)'"], check: "? <> '\(label)'", isIndexed: true)
        }
        return pick(Self.kinds) ?? Self.kinds[0]
    }

    private func kind(of column: Schema.Column) -> Kind? {
        if let type = schema.enum(column.type.sql) {
            let label = type.labels[0]
            return Kind(type: type.name, defaults: ["'\(label)'"], check: "? IN ('\(label)')")
        }
        return Self.kinds.first { $0.type == column.type.sql }
    }

    // MARK: - Tables and columns

    private mutating func addTable() {
        let table = name("t")
        var id = Schema.Column(name("c"), isLikely() ? .integer : .uuid)
        if id.type.sql == "integer" { id = isLikely() ? id.identity() : id.identity(.byDefault, start: 100) }
        schema.tables.append(Schema.Table(table, id.primaryKey()))
        for _ in 0..<pick(1...5) { addColumn(to: schema.tables.count - 1) }
        log.append("add table \(table)")
    }

    private mutating func dropTable() {
        guard schema.tables.count > 1 else { return }
        let table = schema.tables.remove(at: anyTable).name
        for index in schema.tables.indices {
            schema.tables[index].constraints.removeAll { $0.target?.table == table }
        }
        losesRows = losesRows || renamable.contains(table)
        // Nothing in it, nor itself, has another name now: it is not there.
        renames.removeAll { $0.hasPrefix("\(table).") || $0.hasSuffix("=\(table)") }
        log.append("drop table \(table)")
    }

    private mutating func addColumn(to table: Int) {
        let kind = kind()
        var column = Schema.Column(name("c"), .init(kind.type))
        if isLikely() { column = column.null() }
        if isLikely(), let value = pick(kind.defaults) { column = column.default(value) }
        if pick(0...5) == 0 { column = column.comment("about it") }
        schema.tables[table].columns.append(column)
        log.append("add column \(column.name)")
    }

    /// A column that is no key of anything, and no generated one.
    private mutating func plainColumn() -> (table: Int, column: Int)? {
        let places = schema.tables.indices.flatMap { table in
            let keys = schema.tables[table].constraints.filter { $0.kind == .primaryKey || $0.target != nil }
            let used = Set(keys.flatMap(\.columns))
            return schema.tables[table].columns.indices
                .filter {
                    let column = schema.tables[table].columns[$0]
                    return !used.contains(column.name) && column.generation == nil
                }
                .map { (table: table, column: $0) }
        }
        return pick(places)
    }

    /// Takes away what speaks of a column.
    private mutating func forget(_ column: String, in table: Int) {
        schema.tables[table].constraints.removeAll { $0.definition.sql.contains(column) }
        schema.tables[table].indexes.removeAll { $0.definition.sql.contains(column) }
        let generated = schema.tables[table].columns.filter { $0.generation?.expression.sql.contains(column) == true }
        for column in generated {
            schema.tables[table].columns.removeAll { $0.name == column.name }
            forget(column.name, in: table)
        }
    }

    private mutating func dropColumn() {
        guard let (table, column) = plainColumn() else { return }
        let name = schema.tables[table].columns.remove(at: column).name
        forget(name, in: table)
        renames.removeAll { $0.hasSuffix("=\(name)") }
        // What was renamed before is dropped under its old name.
        losesRows = losesRows || renamable.contains(name)
        log.append("drop column \(name)")
    }

    private mutating func changeType() {
        guard let (table, column) = plainColumn() else { return }
        let kind = kind()
        let name = schema.tables[table].columns[column].name
        forget(name, in: table)
        guard let place = schema.tables[table].columns.firstIndex(where: { $0.name == name }) else { return }
        schema.tables[table].columns[place].type = .init(kind.type)
        schema.tables[table].columns[place].default = isLikely() ? nil : pick(kind.defaults).map { .init($0) }
        log.append("type of \(name) is \(kind.type)")
    }

    private mutating func changeNull() {
        guard let (table, column) = plainColumn() else { return }
        schema.tables[table].columns[column].isNullable.toggle()
        log.append("null of \(schema.tables[table].columns[column].name)")
    }

    private mutating func changeDefault() {
        guard let (table, column) = plainColumn() else { return }
        let old = schema.tables[table].columns[column]
        schema.tables[table].columns[column].default =
            isLikely() ? nil : kind(of: old).flatMap { pick($0.defaults) }.map { .init($0) }
        log.append("default of \(old.name)")
    }

    private mutating func comment() {
        let table = anyTable
        let text = isLikely() ? "" : "it's said \(pick(1...9))"
        if isLikely() {
            schema.tables[table].comment = text
        } else {
            schema.tables[table].columns[0].comment = text
        }
        log.append("comment in \(schema.tables[table].name)")
    }

    private mutating func addGenerated() {
        let table = anyTable
        let sources = schema.tables[table].columns.filter {
            $0.generation == nil && (kind(of: $0)?.expression != nil)
        }
        guard let source = pick(sources), let kind = kind(of: source), let expression = kind.expression else { return }
        let type = kind.type == "numeric(10, 2)" ? "numeric" : kind.type == "varchar(20)" ? "text" : kind.type
        let column = Schema.Column(name("c"), .init(type)).null()
            .generated(as: expression.replacing("?", with: source.name))
        schema.tables[table].columns.append(column)
        log.append("add generated column \(column.name)")
    }

    private mutating func renameColumn() {
        guard let (table, column) = plainColumn() else { return }
        let old = schema.tables[table].columns[column].name
        guard renamable.remove(old) != nil, renamable.contains(schema.tables[table].name) else { return }
        let new = name("c")
        replace(old, by: new)
        renames.append("\(schema.tables[table].name).\(old)=\(new)")
        log.append("rename \(old) to \(new)")
    }

    private mutating func renameTable() {
        let old = schema.tables[anyTable].name
        guard !renamedTables.contains(old), renamable.remove(old) != nil else { return }
        let new = name("t")
        replace(old, by: new)
        renames = renames.map { $0.replacing("\(old).", with: "\(new).") }
        renames.append("\(old)=\(new)")
        renamable.insert(new)
        renamedTables.insert(new)
        log.append("rename \(old) to \(new)")
    }

    /// Puts one name in another's place wherever it stands.
    private mutating func replace(_ old: String, by new: String) {
        func changed(_ fragment: Schema.Fragment) -> Schema.Fragment {
            .init(fragment.sql.replacing(old, with: new))
        }
        for table in schema.tables.indices {
            schema.tables[table].name = schema.tables[table].name.replacing(old, with: new)
            for index in schema.tables[table].columns.indices {
                var column = schema.tables[table].columns[index]
                column.name = column.name.replacing(old, with: new)
                if let generation = column.generation {
                    column = column.generated(as: changed(generation.expression).sql)
                }
                schema.tables[table].columns[index] = column
            }
            for index in schema.tables[table].constraints.indices {
                var constraint = schema.tables[table].constraints[index]
                constraint.definition = changed(constraint.definition)
                constraint.columns = constraint.columns.map { $0.replacing(old, with: new) }
                if var target = constraint.target {
                    target.table = target.table.replacing(old, with: new)
                    target.columns = target.columns.map { $0.replacing(old, with: new) }
                    constraint.target = target
                }
                schema.tables[table].constraints[index] = constraint
            }
            for index in schema.tables[table].indexes.indices {
                let definition = changed(schema.tables[table].indexes[index].definition)
                schema.tables[table].indexes[index].definition = definition
            }
        }
    }

    // MARK: - Constraints and indexes

    private mutating func indexedColumns(of table: Int) -> [Schema.Column] {
        schema.tables[table].columns.filter { kind(of: $0)?.isIndexed ?? true }
    }

    private mutating func addUnique() {
        let table = anyTable
        let columns = indexedColumns(of: table).map(\.name).shuffled(using: &random).prefix(pick(1...2))
        guard !columns.isEmpty else { return }
        let constraint = Schema.Constraint.unique(
            Array(columns), named: isLikely() ? nil : name("k"), nullsNotDistinct: isLikely())
        schema.tables[table].constraints.append(constraint)
        log.append("add unique \(columns)")
    }

    private mutating func addCheck() {
        let table = anyTable
        guard let column = pick(schema.tables[table].columns.filter { kind(of: $0)?.check != nil }),
            let check = kind(of: column)?.check
        else { return }
        let constraint = Schema.Constraint.check(
            check.replacing("?", with: column.name), named: isLikely() ? nil : name("k"))
        schema.tables[table].constraints.append(constraint)
        log.append("add check on \(column.name)")
    }

    private mutating func addForeignKey() {
        let (table, target) = (anyTable, anyTable)
        guard let key = schema.tables[target].constraints.first(where: { $0.kind == .primaryKey }),
            let type = key.columns.first.flatMap({ schema.tables[target].column($0)?.type.sql })
        else { return }
        let column = Schema.Column(name("c"), .init(type)).null()
        schema.tables[table].columns.append(column)
        let action = pick(Schema.Constraint.Action.allCases.filter { $0 != .setDefault }) ?? .noAction
        schema.tables[table].constraints.append(
            .foreignKey(
                [column.name], references: schema.tables[target].name, isLikely() ? key.columns : [], onDelete: action,
                deferrable: pick(Schema.Constraint.Deferrable.allCases) ?? .never))
        log.append("add foreign key \(column.name)")
    }

    private mutating func addIndex() {
        let table = anyTable
        let columns = indexedColumns(of: table).shuffled(using: &random).prefix(pick(1...3))
        guard let first = columns.first else { return }
        let keys = columns.map { column -> Schema.Index.Key in
            if let expression = kind(of: column)?.expression, pick(0...3) == 0 {
                return .expression(expression.replacing("?", with: column.name))
            }
            let key = Schema.Index.Key.column(column.name)
            return switch pick(0...3) {
            case 0: key.descending()
            case 1: key.nullsFirst()
            default: key
            }
        }
        var predicate: String?
        if isLikely(), let check = kind(of: first)?.check { predicate = check.replacing("?", with: first.name) }
        schema.tables[table] = schema.tables[table].index(
            isLikely() ? nil : name("i"), on: keys, unique: pick(0...4) == 0,
            including: pick(0...4) == 0 ? [schema.tables[table].columns[0].name] : [], where: predicate)
        log.append("add index on \(first.name)")
    }

    private mutating func dropConstraint() {
        let table = anyTable
        let names = schema.tables[table].constraints.indices.filter {
            schema.tables[table].constraints[$0].kind != .primaryKey
        }
        guard let index = pick(names) else { return }
        let gone = schema.tables[table].constraints.remove(at: index)
        log.append("drop \(gone.definition.sql)")
    }

    private mutating func dropIndex() {
        let table = anyTable
        guard let index = pick(schema.tables[table].indexes.indices) else { return }
        let gone = schema.tables[table].indexes.remove(at: index)
        log.append("drop index \(gone.definition.sql)")
    }

    // MARK: - Enums

    private mutating func addEnum() {
        let labels = (0..<pick(1...4)).map { _ in name("l") }
        schema.enums.append(Schema.Enum(name("e"), labels: labels))
        log.append("add enum")
    }

    private mutating func changeEnum() {
        guard let index = pick(schema.enums.indices) else { return }
        let type = schema.enums[index].name
        switch pick(0...4) {
        case 0:
            schema.enums[index].labels.shuffle(using: &random)
            log.append("shuffle \(type)")
        case 1 where schema.enums[index].labels.count > 1:
            let label = schema.enums[index].labels.remove(at: pick(0...schema.enums[index].labels.count - 1))
            forget(label: label)
            if renamable.contains(label) { enumsThatLose.insert(type) }
            log.append("drop label of \(type)")
        case 2 where !schema.tables.contains { $0.columns.contains { $0.type.sql == type } }:
            schema.enums.remove(at: index)
            enumsThatLose.remove(type)
            log.append("drop \(type)")
        default:
            let place = pick(0...schema.enums[index].labels.count)
            schema.enums[index].labels.insert(name("l"), at: place)
            log.append("add label to \(type)")
        }
    }

    private mutating func forget(label: String) {
        for table in schema.tables.indices {
            schema.tables[table].constraints.removeAll { $0.definition.sql.contains(label) }
            schema.tables[table].indexes.removeAll { $0.definition.sql.contains(label) }
            for column in schema.tables[table].columns.indices
            where schema.tables[table].columns[column].default?.sql.contains(label) == true {
                schema.tables[table].columns[column].default = nil
            }
        }
    }
}

/// A small generator that is the same everywhere.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
#endif
