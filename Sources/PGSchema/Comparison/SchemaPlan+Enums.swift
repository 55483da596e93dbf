import PGSchemaSQL
import PGWire

extension SchemaPlan {
    /// Creates and changes enum types.
    ///
    /// - Returns: the types to drop when no column has them any more.
    mutating func changeEnums() -> [String] {
        for type in diff.enums.added {
            add(type.creation)
            add(type.commentIfAny(on: "TYPE \(type.name.quotedIfNeeded)"))
        }
        var old: [String] = []
        for (from, to) in diff.enums.changed {
            if rebuilds.replacedEnums.contains(SQLIdentifier(to.name)) {
                old += replace(from, by: to)
            } else {
                addValues(from, to)
            }
        }
        return old
    }

    private mutating func addValues(_ old: Schema.Enum, _ new: Schema.Enum) {
        var known = old.labels
        for (place, label) in new.labels.enumerated() where !known.contains(bytesOf: label) {
            // The value before it exists by now; the one after it may not.
            var position = ""
            if new.labels[place...].contains(where: known.contains(bytesOf:)) {
                position =
                    place > 0
                    ? " AFTER \(new.labels[place - 1].asLiteral)" : " BEFORE \(known.first.map(\.asLiteral) ?? "")"
            }
            known.append(label)
            add(
                "ALTER TYPE \(new.name.quotedIfNeeded) ADD VALUE \(label.asLiteral)\(position)",
                notes: ["usable only when this revision is committed"])
        }
    }

    /// The server cannot remove or move a value, so a new type replaces the old one.
    private mutating func replace(_ old: Schema.Enum, by new: Schema.Enum) -> [String] {
        let name = new.name.quotedIfNeeded
        let oldName = diff.freeName(new.name + "_old")
        let gone = old.labels.filter { !new.labels.contains(bytesOf: $0) }
        var notes: [String] = []
        if !gone.isEmpty {
            let list = gone.map(\.asLiteral).joined(separator: ", ")
            notes.append("loses the value \(list): fails while a row holds it, so update those rows before")
        }
        add("ALTER TYPE \(name) RENAME TO \(oldName.quotedIfNeeded)", notes: notes)
        add(new.creation)
        add(new.commentIfAny(on: "TYPE \(name)"))
        for table in diff.tables {
            // All columns in one statement, because each rewrites the table.
            let clauses = table.commonColumns.filter { from, to in
                from.keepsEnum(new.name, in: to) && !rebuilds.contains(column: to.name, of: table.name)
            }
            .flatMap { Self.conversion(of: $0, $1, to: name) }
            if !clauses.isEmpty { add("ALTER TABLE \(table.name.quotedIfNeeded)\(clauses.asClauses)") }
        }
        // A column that is dropped, or gets another type, has the old type until then.
        let isUsed = diff.tables.contains { table in
            table.old.columns.contains { column in
                column.isEnum(new.name)
                    && table.new.column(column.name).map { column.keepsEnum(new.name, in: $0) } != true
            }
        }
        if isUsed { return [oldName] }
        add("DROP TYPE \(oldName.quotedIfNeeded)")
        return []
    }

    private static func conversion(of from: Schema.Column, _ to: Schema.Column, to type: String) -> [String] {
        let column = to.name.quotedIfNeeded
        let array = SQLType(to.type.text).isArray ? "[]" : ""
        var parts = ["ALTER COLUMN \(column) TYPE \(type)\(array) USING \(column)::text\(array)::\(type)\(array)"]
        if from.default != nil {
            parts.insert("ALTER COLUMN \(column) DROP DEFAULT", at: 0)
            if let value = to.default { parts.append("ALTER COLUMN \(column) SET DEFAULT \(value.sql)") }
        }
        return parts
    }
}

extension Schema.Column {
    /// Whether its type is that enum, or an array of it.
    func isEnum(_ name: String) -> Bool { SQLType(type.text).unquotedName.hasSameBytes(as: name) }

    /// Whether it has the enum before and after, both times as an array or both times not.
    func keepsEnum(_ name: String, in other: Schema.Column) -> Bool {
        isEnum(name) && other.isEnum(name) && SQLType(type.text).isArray == SQLType(other.type.text).isArray
    }
}

extension SchemaDiff {
    /// A name that is free before and after.
    func freeName(_ wish: String) -> String {
        let tables = old.tables + new.tables
        let taken = Set(
            (old.enums + new.enums).map(\.name) + tables.map(\.name)
                + tables.flatMap { $0.constraints.map(\.name) + $0.indexes.map(\.name) })
        var name = wish
        // Names are at most 63 bytes long.
        while name.utf8.count > 63 { name.removeFirst() }
        var number = 1
        while taken.contains(name) {
            number += 1
            name = "old_name_\(number)"
        }
        return name
    }
}

extension [String] {
    /// After `ALTER TABLE name`: on the same line, or each on its own.
    var asClauses: String {
        count == 1 ? " \(self[0])" : "\n    " + joined(separator: ",\n    ")
    }
}
