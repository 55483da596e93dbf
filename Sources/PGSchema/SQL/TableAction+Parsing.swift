extension TableAction {
    /// Reads one action of ALTER TABLE, which commas separate.
    init(_ tokens: [SQLToken]) {
        var cursor = TokenCursor(tokens)
        if cursor.pass("add") {
            self = Self.add(&cursor)
        } else if cursor.pass("drop") {
            self = Self.drop(&cursor)
        } else if cursor.pass("rename") {
            self = Self.rename(&cursor)
        } else if cursor.pass("set", "schema"), let name = cursor.name() {
            self = .rename(to: "\(name).*")
        } else if cursor.pass("alter"), !cursor.pass("constraint") {
            self = Self.alterColumn(&cursor)
        } else if cursor.pass("validate", "constraint"), let name = cursor.name() {
            self = .validateConstraint(name.name)
        } else {
            self = .other
        }
    }

    private static func add(_ cursor: inout TokenCursor) -> TableAction {
        if cursor.pass("constraint") {
            let name = cursor.name()?.name
            return constraint(named: name, &cursor)
        }
        // These words are reserved, so none of them can be a column's name without quotes.
        if let first = cursor.first, first.kind == .word,
            ["primary", "unique", "check", "foreign", "not"].contains(first.text)
                || cursor.rest.contains(words: "exclude", "using")
        {
            return constraint(named: nil, &cursor)
        }
        cursor.pass("column")
        let ifNotExists = cursor.pass("if", "not", "exists")
        guard let name = cursor.name() else { return .other }
        return .addColumn(ColumnText(name.name, cursor.rest.outermost), ifNotExists: ifNotExists)
    }

    private static func constraint(named name: String?, _ cursor: inout TokenCursor) -> TableAction {
        let kind: ConstraintText.Kind
        switch cursor.first?.text {
        case "primary": kind = .primaryKey
        case "unique": kind = .unique
        case "check": kind = .check
        case "foreign": kind = .foreignKey
        case "exclude": kind = .exclusion
        case "not": kind = .notNull
        default: return .other
        }
        let words = cursor.rest.outermost
        return .addConstraint(
            ConstraintText(
                name: name, kind: kind, isNotValid: words.contains(words: "not", "valid"),
                usesIndex: words.contains(words: "using", "index")
                    && !words.contains(words: "using", "index", "tablespace")))
    }

    private static func drop(_ cursor: inout TokenCursor) -> TableAction {
        let isConstraint = cursor.pass("constraint")
        if !isConstraint { cursor.pass("column") }
        cursor.pass("if", "exists")
        guard let name = cursor.name()?.name else { return .other }
        let isCascading = cursor.pass("cascade")
        return isConstraint
            ? .dropConstraint(name, isCascading: isCascading) : .dropColumn(name, isCascading: isCascading)
    }

    private static func rename(_ cursor: inout TokenCursor) -> TableAction {
        if cursor.pass("constraint") { return .other }
        if cursor.pass("to") { return cursor.name().map { .rename(to: $0.name) } ?? .other }
        cursor.pass("column")
        guard let old = cursor.name(), cursor.pass("to"), let new = cursor.name() else { return .other }
        return .renameColumn(old.name, to: new.name)
    }

    private static func alterColumn(_ cursor: inout TokenCursor) -> TableAction {
        cursor.pass("column")
        guard let name = cursor.name() else { return .other }
        if cursor.pass("set", "not", "null") { return .setNotNull(name.name) }
        if cursor.pass("type") || cursor.pass("set", "data", "type") { return .alterType(name.name) }
        return .other
    }
}

extension TableAction.ColumnText {
    /// - Parameter words: what follows the name, without what is in parentheses.
    fileprivate init(_ name: String, _ words: [SQLToken]) {
        self.name = name
        isNotNull = words.contains(words: "not", "null")
        isUnique = words.contains { $0.isWord("unique") }
        isPrimaryKey = words.contains(words: "primary", "key")
        hasCheck = words.contains { $0.isWord("check") }
        hasReference = words.contains { $0.isWord("references") }
        hasDefault = words.contains { $0.isWord("default") } && !words.contains(words: "default", "null")
        let serials: Set<String> = ["serial", "smallserial", "bigserial", "serial2", "serial4", "serial8"]
        isGenerated = words.first.map { $0.kind == .word && serials.contains($0.text) } ?? false
        if words.contains(words: "generated") { isGenerated = true }
    }
}
