package import PGSchemaMigrations
import PGSchemaSQL
import PGWire

/// Judges a revision's way up or down: each statement, then what they are together.
package struct RevisionCheck {
    private let revision: Revision
    private let direction: MigrationPlan.Direction
    private let facts: RevisionFacts
    private var reports: [StatementReport]

    package init(_ revision: Revision, _ direction: MigrationPlan.Direction, _ facts: RevisionFacts) {
        self.revision = revision
        self.direction = direction
        self.facts = facts
        let statements = direction == .upgrade ? revision.up : revision.down ?? []
        reports = zip(statements, facts.statements).map { StatementReport(statement: $0, facts: $1) }
    }

    package mutating func run() -> RevisionReport.Way {
        for index in reports.indices {
            var check = StatementCheck(
                reports[index].statement, of: revision, facts.statements[index], before: facts.before[index],
                end: facts.after, existing: facts.existing)
            reports[index].findings = check.run()
        }
        checkTogether()
        checkSeveralTables()
        checkWorkUnderLocks()
        checkValidations()
        checkKeys()
        if direction == .downgrade {
            for index in reports.indices {
                reports[index].findings = reports[index].findings.compactMap(\.ofWayDown).filter {
                    // One that only says that there is none has its own rule.
                    $0.rule != .fails || revision.takesBack
                }
            }
        }
        return RevisionReport.Way(statements: reports, held: facts.held.last ?? [])
    }

    private mutating func find(_ rule: LintRule, _ detail: String, at index: Int) {
        reports[index].findings.append(Finding(rule, detail))
    }

    private mutating func checkTogether() {
        guard let (index, error) = facts.failureTogether else { return }
        let found = reports[index].findings.map(\.rule)
        guard case .server(let answer) = error, !found.contains(.concurrentlyInTransaction), !found.contains(.fails)
        else { return }
        switch answer.sqlState {
        case .unsafeNewEnumValueUsage: find(.enumValueInUse, answer.message, at: index)
        case .activeSqlTransaction: find(.concurrentlyInTransaction, answer.message, at: index)
        default: find(.fails, "in one transaction with the statements before it: \(error.summary)", at: index)
        }
    }

    private mutating func checkSeveralTables() {
        let blocked = facts.held.map { locks in
            // What is dropped nobody uses any more.
            locks.filter { $0.mode == .accessExclusive && facts.after?.relations[$0.id] != nil }.map(\.table)
        }
        guard let tables = blocked.last, tables.count > 1, let index = blocked.firstIndex(where: { $0.count > 1 })
        else {
            return
        }
        find(.severalTables, tables.joined(separator: ", "), at: index)
    }

    /// A statement that takes its time, while one before it keeps others from a table.
    private mutating func checkWorkUnderLocks() {
        for (index, report) in reports.enumerated().dropFirst() where facts.held.indices.contains(index - 1) {
            let held = facts.held[index - 1].filter { facts.after?.relations[$0.id] != nil }
            let work = report.facts.rewritten + report.facts.scanned
            guard !held.isEmpty, !work.isEmpty else { continue }
            let locks = held.map { "\($0.mode) on \($0.table)" }.joined(separator: ", ")
            let changesRows = SQLCommand.all(in: report.statement.text).contains { command in
                switch command {
                case .change, .insert: true
                default: false
                }
            }
            if changesRows {
                find(.backfillUnderLock, locks, at: index)
            } else if !report.findings.contains(where: { $0.rule.isAboutWork }) {
                find(.scanUnderLock, "\(work.joined(separator: ", ")), under \(locks)", at: index)
            }
        }
    }

    private mutating func checkValidations() {
        guard revision.isTransactional else { return }
        var added: Set<SQLIdentifier> = []
        for (index, report) in reports.enumerated() {
            guard case .alterTable(let table, let actions) = SQLCommand(report.statement.text) else { continue }
            for action in actions {
                switch action {
                case .addConstraint(let constraint):
                    // Without a name it has one that the server made up, and is not validated by it here.
                    if constraint.isNotValid, let name = constraint.name { added.insert("\(table).\(name)") }
                case .validateConstraint(let name):
                    let constraint: SQLIdentifier = "\(table).\(name)"
                    if added.contains(constraint) { find(.validateTogether, constraint.text, at: index) }
                default: break
                }
            }
        }
    }

    /// At the end, because the index may come after the key.
    private mutating func checkKeys() {
        guard let end = facts.after else { return }
        let without = end.foreignKeys.values.filter { !$0.hasIndex }.map(\.label).identifiers
        for (index, report) in reports.enumerated() {
            for key in report.facts.keysWithoutIndex where without.contains(SQLIdentifier(key)) {
                find(.keyWithoutIndex, key, at: index)
            }
        }
    }
}
