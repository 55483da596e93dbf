import PGSchemaSQL
import PGWire

extension SchemaPlan {
    mutating func changeColumns(of table: TableDiff) {
        let again = table.new.columns.filter { rebuilds.contains(column: $0.name, of: table.name) }
        let added = table.addedColumns + again
        for column in added where column.generation == nil { add(column, to: table) }
        for (old, new) in table.changedColumns where !rebuilds.contains(column: new.name, of: table.name) {
            change(old, new, of: table.name)
        }
        for column in added where column.generation != nil { add(column, to: table) }
        for column in table.droppedColumns where column.generation == nil {
            drop(column, of: table, notes: ["loses data: the values of \(table.name).\(column.name)"])
        }
    }

    mutating func drop(_ column: Schema.Column, of table: TableDiff, notes: [String] = []) {
        let other = table.old.column(column.name)?.unmanaged.value ?? []
        let lost = other.isEmpty ? [] : ["nothing brings back: \(other.joined(separator: ", "))"]
        add(
            "ALTER TABLE \(table.name.quotedIfNeeded) DROP COLUMN \(column.name.quotedIfNeeded)", notes: notes + lost)
    }

    private mutating func add(_ column: Schema.Column, to table: TableDiff) {
        var notes: [String] = []
        if !column.isNullable, column.default == nil, column.identity == nil, column.generation == nil {
            notes = [
                "fails while \(table.name) has rows: give it a default, or add it as null, fill it and set it not null"
            ]
        } else if column.identity != nil || column.generation?.storage == .stored {
            notes = ["rewrites \(table.name), which is locked meanwhile"]
        }
        let sequence = column.ownSequence(in: table.name)
        add(sequence?.creation)
        add("ALTER TABLE \(table.name.quotedIfNeeded) ADD COLUMN \(column.sql(in: table.name))", notes: notes)
        add(sequence?.owning)
        for setting in column.settingStatements(in: table.name) { add(setting) }
        add(column.commentIfAny(on: column.subject(in: table.name)))
    }

    private mutating func change(_ old: Schema.Column, _ new: Schema.Column, of table: String) {
        let head = "ALTER TABLE \(table.quotedIfNeeded)"
        let alter = "ALTER COLUMN \(new.name.quotedIfNeeded)"
        var old = old
        // Its type and default were changed with the enum.
        let isConverted = isConverted(old, new)
        if isConverted {
            old.type = new.type
            if old.default != nil { old.default = new.default }
        }
        dropIdentity(old, new, head, alter)
        if !old.isNullable, new.isNullable { add("\(head) \(alter) DROP NOT NULL") }
        let changesType = old.type != new.type || !old.collation.hasSameBytes(as: new.collation)
        if changesType {
            changeType(old, new, table)
        } else if old.default != nil, new.default == nil {
            add("\(head) \(alter) DROP DEFAULT")
        }
        if old.isNullable, !new.isNullable {
            let set =
                new.notNullConstraint(in: table).map {
                    "ADD CONSTRAINT \($0.quotedIfNeeded) NOT NULL \(new.name.quotedIfNeeded)"
                } ?? "\(alter) SET NOT NULL"
            add("\(head) \(set)", notes: ["fails while a row of \(table) has NULL in \(new.name)"])
        }
        setIdentity(old, new, head, alter, table)
        if let value = new.default, old.default != value, !(changesType && old.default != nil) {
            add("\(head) \(alter) SET DEFAULT \(value.sql)")
        }
        // A new type brings its own storage.
        changeSettings(old.settings ?? [], new, isTypeNew: changesType || isConverted, of: table)
        if let generation = new.generation, let before = old.generation, before != generation {
            add(
                "\(head) \(alter) SET EXPRESSION AS (\(generation.expression.sql.withoutOuterParentheses))",
                notes: ["rewrites \(table), which is locked meanwhile"])
        }
    }

    private func isConverted(_ old: Schema.Column, _ new: Schema.Column) -> Bool {
        let name = SQLType(new.type.text).unquotedName
        return rebuilds.replacedEnums.contains(SQLIdentifier(name)) && old.keepsEnum(name, in: new)
    }

    private mutating func changeType(_ old: Schema.Column, _ new: Schema.Column, _ table: String) {
        let change = TypeChange(old, new)
        let column = new.name.quotedIfNeeded
        var type = "ALTER COLUMN \(column) TYPE \(new.type.sql)"
        if let collation = new.collation { type += " COLLATE \(collation.quotedIfNeeded)" }
        switch conversions[change] ?? .implicit {
        case .implicit: break
        case .cast: type += " USING \(column)::\(new.type.sql)"
        case .throughText:
            let array = change.old.isArray && change.new.isArray ? "[]" : ""
            type += " USING \(column)::text\(array)::\(new.type.sql)"
        }
        var parts = [type]
        if old.default != nil {
            // Its value has the old type.
            parts.insert("ALTER COLUMN \(column) DROP DEFAULT", at: 0)
            if let value = new.default { parts.append("ALTER COLUMN \(column) SET DEFAULT \(value.sql)") }
        }
        var notes: [String] = []
        if change.mayLoseData {
            notes.append("may lose data or fail: \(table).\(new.name) from \(old.type.sql) to \(new.type.sql)")
        }
        if change.dependsOnTimeZone { notes.append("converts by the session's time zone: set it before") }
        if change.rewrites { notes.append("rewrites \(table), which is locked meanwhile") }
        add("ALTER TABLE \(table.quotedIfNeeded)\(parts.asClauses)", notes: notes)
    }

    // MARK: - Identity

    private mutating func dropIdentity(_ old: Schema.Column, _ new: Schema.Column, _ head: String, _ alter: String) {
        guard let identity = old.identity, identity.isReplaced(by: new.identity) else { return }
        guard identity.mode == .serial else { return add("\(head) \(alter) DROP IDENTITY") }
        add("\(head) \(alter) DROP DEFAULT")
        if let sequence = identity.sequence.value { add("DROP SEQUENCE \(sequence.quotedIfNeeded)") }
    }

    private mutating func setIdentity(
        _ old: Schema.Column, _ new: Schema.Column, _ head: String, _ alter: String, _ table: String
    ) {
        guard let identity = new.identity else { return }
        if let sequence = identity.sequence.value, identity.mode == .serial, old.identity?.mode == .serial {
            // With the column's type the server changes that of an identity's sequence, but not that of a serial's.
            guard old.type != new.type || old.identity != identity else { return }
            let type = identity.options.first ?? "AS \(new.type.sql)"
            return add("ALTER SEQUENCE \(sequence.quotedIfNeeded) \(type)")
        }
        guard old.identity != identity else { return }
        if let before = old.identity, !before.isReplaced(by: identity) {
            var parts: [String] = []
            if before.mode != identity.mode { parts.append("SET GENERATED \(identity.mode.rawValue)") }
            let keys = identity.options.map(\.key)
            parts += before.options.filter { !keys.contains($0.key) }.map { "SET \($0.asDefault)" }
            parts += identity.options.filter { !before.options.contains($0) }.map { "SET \($0)" }
            if before.descends != identity.descends {
                // The bounds stay unless they are reset.
                let known = (before.options + identity.options).map(\.key)
                for bound in ["MINVALUE", "MAXVALUE"] where !known.contains(bound[...]) {
                    parts.append("SET NO \(bound)")
                }
                parts.append("RESTART")
            }
            return add("\(head) \(alter) \(parts.joined(separator: " "))")
        }
        let notes = ["numbers from the start: move the sequence past the greatest \(new.name) of \(table) with setval"]
        guard identity.mode == .serial else {
            return add("\(head) \(alter) ADD \(identity.sql(for: new.name, of: table))", notes: notes)
        }
        let sequence = new.sequence(in: table)
        add(sequence.creation, notes: notes)
        add(sequence.owning)
        add("\(head) \(alter) SET DEFAULT \(sequence.value)")
    }
}

extension Schema.Identity {
    /// Whether it is dropped and created again, as between serial and identity.
    fileprivate func isReplaced(by other: Schema.Identity?) -> Bool {
        guard let other else { return true }
        return (mode == .serial) != (other.mode == .serial)
    }

    fileprivate var descends: Bool { options.contains { $0.starts(withBytesOf: "INCREMENT BY -") } }
}

extension String {
    /// The first word of a sequence option.
    fileprivate var key: Substring { prefix { $0 != " " } }

    /// The option with its default.
    fileprivate var asDefault: String {
        switch key {
        case "START": "START WITH 1"
        case "INCREMENT": "INCREMENT BY 1"
        case "MINVALUE": "NO MINVALUE"
        case "MAXVALUE": "NO MAXVALUE"
        case "CACHE": "CACHE 1"
        default: "NO CYCLE"
        }
    }
}
