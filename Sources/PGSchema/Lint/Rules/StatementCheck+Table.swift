import PGSchemaSQL

extension StatementCheck {
    /// Applies the rules to one action of ALTER TABLE on a table that others use.
    mutating func check(_ action: TableAction, of table: String, among actions: [TableAction]) {
        let isRewritten = facts.rewritten.contains(bytesOf: table)
        let isScanned = facts.scanned.contains(bytesOf: table) && !isRewritten
        switch action {
        case .addColumn(let column, let ifNotExists):
            let name = "\(table).\(column.name)"
            if ifNotExists { find(.ifNotExists, "column \(name)") }
            if column.isNotNull, !column.hasDefault, !column.isGenerated, !column.isPrimaryKey {
                find(.addNotNull, name)
            }
            if column.isGenerated, isRewritten || !facts.wasRun { find(.generatedColumn, name) }
            if column.hasDefault, !column.isGenerated, isRewritten, !Self.rewritesAnyway(actions) {
                find(.volatileDefault, name)
            }
            if column.isUnique { find(.unique, name) }
            if column.isPrimaryKey { find(.primaryKey, name) }
            if column.hasCheck, isScanned { find(.check, name) }
            if column.hasReference, isScanned { find(.foreignKey, name) }
        case .dropColumn(let name, let isCascading):
            if !facts.wasRun { find(.dropColumn, "\(table).\(name)") }
            if isCascading { find(.dropCascade, "\(table).\(name)") }
        case .dropConstraint(let name, let isCascading): if isCascading { find(.dropCascade, "\(table).\(name)") }
        case .renameColumn(let name, let new): if !facts.wasRun { find(.renameColumn, "\(table).\(name) to \(new)") }
        case .rename(let new): if !facts.wasRun { find(.renameTable, "\(table) to \(new)") }
        case .setNotNull(let name):
            if isScanned || !facts.wasRun { find(.setNotNull, "\(table).\(name)") }
        case .alterType(let name):
            if isRewritten {
                find(.typeChangeRewrite, "\(table).\(name)")
            } else if isScanned || !facts.rebuiltIndexes.isEmpty {
                find(.typeChangeScan, "\(table).\(name)")
            }
        case .addConstraint(let constraint): check(constraint, of: table, isScanned: isScanned)
        case .validateConstraint, .other: break
        }
    }

    private mutating func check(_ constraint: TableAction.ConstraintText, of table: String, isScanned: Bool) {
        let name = constraint.name.map { "\(table).\($0)" } ?? "on \(table)"
        switch constraint.kind {
        case .unique: if !constraint.usesIndex { find(.unique, name) }
        case .primaryKey:
            if !constraint.usesIndex {
                find(.primaryKey, name)
            } else if isScanned {
                find(.setNotNull, "the columns of \(name)")
            }
        case .exclusion: find(.exclusion, name)
        case .foreignKey: if !constraint.isNotValid { find(.foreignKey, name) }
        case .check: if !constraint.isNotValid { find(.check, name) }
        case .notNull: if !constraint.isNotValid, isScanned { find(.setNotNull, name) }
        }
    }

    /// Whether another action explains that the table is rewritten.
    private static func rewritesAnyway(_ actions: [TableAction]) -> Bool {
        actions.contains { action in
            switch action {
            case .alterType: true
            case .addColumn(let column, _): column.isGenerated
            default: false
            }
        }
    }
}
