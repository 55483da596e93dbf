import PGSchemaComparison
import PGSchemaSQL
import TestSupport

/// Renames, and the changes of enum types.
extension RandomSchema {
    mutating func renameColumn() {
        let table = anyTable
        guard let old = pick(schema.tables[table].columns)?.name else { return }
        replace(old, by: name("c"))
    }

    mutating func renameTable() {
        replace(schema.tables[anyTable].name, by: name("t"))
    }

    /// Or one of its labels.
    mutating func renameEnum() {
        guard let place = pick(schema.enums.indices) else { return }
        if isLikely() { return replace(schema.enums[place].name, by: name("e")) }
        guard let old = pick(schema.enums[place].labels) else { return }
        let new = label()
        schema.enums[place].labels = schema.enums[place].labels.map { $0 == old ? new : $0 }
        replaceInSQL(old.inQuotes, by: new.inQuotes)
        follow(old, new)
    }

    /// Puts one name in another's place wherever it stands.
    private mutating func replace(_ old: String, by new: String) {
        func changed(_ name: String) -> String { name == old ? new : name }
        for type in schema.enums.indices { schema.enums[type].name = changed(schema.enums[type].name) }
        for table in schema.tables.indices {
            schema.tables[table].name = changed(schema.tables[table].name)
            for index in schema.tables[table].columns.indices {
                schema.tables[table].columns[index].name = changed(schema.tables[table].columns[index].name)
            }
            for index in schema.tables[table].constraints.indices {
                var constraint = schema.tables[table].constraints[index]
                constraint.columns = constraint.columns.map(changed)
                if let target = constraint.target {
                    constraint.target?.table = changed(target.table)
                    constraint.target?.columns = target.columns.map(changed)
                }
                schema.tables[table].constraints[index] = constraint
            }
        }
        replaceInSQL(old.inSQL, by: new.inSQL)
        follow(old, new)
    }

    private mutating func replaceInSQL(_ old: String, by new: String) {
        func change(_ fragment: inout Schema.Fragment) { fragment = .init(fragment.sql.replacing(old, with: new)) }
        for table in schema.tables.indices {
            for index in schema.tables[table].columns.indices {
                var column = schema.tables[table].columns[index]
                change(&column.type)
                if var value = column.default {
                    change(&value)
                    column.default = value
                }
                if let generation = column.generation {
                    column = column.generated(
                        as: generation.expression.sql.replacing(old, with: new), generation.storage)
                }
                schema.tables[table].columns[index] = column
            }
            for index in schema.tables[table].constraints.indices {
                change(&schema.tables[table].constraints[index].definition)
            }
            for index in schema.tables[table].indexes.indices {
                change(&schema.tables[table].indexes[index].definition)
            }
        }
    }

    // MARK: - Enums

    mutating func addEnum() {
        let labels = (0..<pick(1...4)).map { _ in label() }
        schema.enums.append(Schema.Enum(name("e"), labels: labels, comment: pick(0...3) == 0 ? "its values" : nil))
        log.append("add enum \(labels)")
    }

    private mutating func label() -> String {
        let plain = name("l").filter { $0 != "\"" }
        return switch pick(0...4) {
        case 0: "it's \(plain.prefix(20))"
        case 1: "\(plain.prefix(20)), {y}"
        default: plain
        }
    }

    mutating func changeEnum() {
        guard let place = pick(schema.enums.indices) else { return }
        let type = schema.enums[place].name
        switch pick(0...5) {
        case 0:
            schema.enums[place].labels.shuffle(using: &random)
            log.append("shuffle \(type)")
        case 1 where schema.enums[place].labels.count > 1:
            let label = schema.enums[place].labels.remove(at: pick(0...schema.enums[place].labels.count - 1))
            forget(label: label)
            log.append("drop \(label) of \(type)")
        case 2 where !schema.tables.contains { $0.columns.contains { $0.type.sql.hasPrefix(type.inSQL) } }:
            schema.enums.remove(at: place)
            log.append("drop \(type)")
        default:
            let label = label()
            schema.enums[place].labels.insert(label, at: pick(0...schema.enums[place].labels.count))
            log.append("add \(label) to \(type)")
            if isLikely() { use(label, of: type) }
        }
    }

    /// A new label is at once the default of a column.
    private mutating func use(_ label: String, of type: String) {
        let table = anyTable
        for (place, column) in schema.tables[table].columns.enumerated() where column.generation == nil {
            if column.type.sql == type.inSQL {
                schema.tables[table].columns[place].default = .init("'\(label.inQuotes)'")
            } else if column.type.sql == "\(type.inSQL)[]" {
                schema.tables[table].columns[place].default = .init(#"'{"\#(label.inQuotes)"}'"#)
            }
        }
    }

    private mutating func forget(label: String) {
        let text = label.inQuotes
        for table in schema.tables.indices {
            schema.tables[table].constraints.removeAll { $0.definition.sql.contains(text) }
            schema.tables[table].indexes.removeAll { $0.definition.sql.contains(text) }
            let gone = schema.tables[table].columns.filter { $0.generation?.expression.sql.contains(text) == true }
            for column in gone {
                schema.tables[table].columns.removeAll { $0.name == column.name }
                let name = column.name.inSQL
                schema.tables[table].constraints.removeAll { $0.definition.sql.contains(name) }
                schema.tables[table].indexes.removeAll { $0.definition.sql.contains(name) }
            }
            for column in schema.tables[table].columns.indices
            where schema.tables[table].columns[column].default?.sql.contains(text) == true {
                schema.tables[table].columns[column].default = nil
            }
        }
    }
}
