#if ScribeApp
import PGWire

/// Judges a revision: each statement, then what they are together, then what of it is allowed.
struct RevisionCheck {
    private let revision: Revision
    private let facts: RevisionFacts
    private var reports: [StatementReport]

    init(_ revision: Revision, _ facts: RevisionFacts) {
        self.revision = revision
        self.facts = facts
        reports = zip(revision.up, facts.statements).map { StatementReport(statement: $0, facts: $1) }
    }

    mutating func run() -> [StatementReport] {
        for index in reports.indices {
            var check = StatementCheck(
                reports[index].statement, of: revision, facts.statements[index], before: facts.before[index],
                existing: facts.existing)
            reports[index].findings = check.run()
        }
        checkTogether()
        checkSeveralTables()
        checkBackfills()
        checkValidations()
        checkKeys()
        checkDown()
        allow()
        return reports
    }

    private mutating func find(_ rule: LintRule, _ detail: String, at index: Int) {
        reports[index].findings.append(Finding(rule, detail))
    }

    private mutating func checkTogether() {
        guard let (index, error) = facts.failureTogether else { return }
        let found = reports[index].findings.map(\.rule)
        if case .server(let error) = error, error.sqlState == .unsafeNewEnumValueUsage {
            find(.enumValueInUse, error.message, at: index)
        } else if !found.contains(.concurrentlyInTransaction), !found.contains(.fails) {
            find(.fails, "in one transaction with the statements before it: \(error.summary)", at: index)
        }
    }

    private mutating func checkSeveralTables() {
        guard let tables = facts.heldExclusively.last, tables.count > 1,
            let index = facts.heldExclusively.firstIndex(where: { $0.count > 1 })
        else { return }
        find(.severalTables, tables.joined(separator: ", "), at: index)
    }

    private mutating func checkBackfills() {
        for (index, report) in reports.enumerated().dropFirst() where facts.heldExclusively.indices.contains(index - 1)
        {
            let held = facts.heldExclusively[index - 1]
            guard !held.isEmpty, !report.facts.scanned.isEmpty else { continue }
            switch SQLCommand(report.statement.text) {
            case .change, .insert:
                find(.backfillUnderLock, "ACCESS EXCLUSIVE on \(held.joined(separator: ", "))", at: index)
            default: break
            }
        }
    }

    private mutating func checkValidations() {
        guard revision.isTransactional else { return }
        var added: Set<String> = []
        for (index, report) in reports.enumerated() {
            guard case .alterTable(let table, let actions) = SQLCommand(report.statement.text) else { continue }
            for action in actions {
                switch action {
                case .addConstraint(let constraint):
                    // Without a name it has one that the server made up, and is not validated by it here.
                    if constraint.isNotValid, let name = constraint.name { added.insert("\(table).\(name)") }
                case .validateConstraint(let name):
                    if added.contains("\(table).\(name)") { find(.validateTogether, "\(table).\(name)", at: index) }
                default: break
                }
            }
        }
    }

    /// At the end, because the index may come after the key.
    private mutating func checkKeys() {
        guard let end = facts.after else { return }
        let without = Set(end.foreignKeys.values.filter { !$0.hasIndex }.map(\.label))
        for (index, report) in reports.enumerated() {
            for key in report.facts.keysWithoutIndex where without.contains(key) {
                find(.keyWithoutIndex, key, at: index)
            }
        }
    }

    private mutating func checkDown() {
        let takesBack = (revision.down ?? []).contains { statement in
            switch SQLCommand(statement.text) {
            case .select, .setLocal: false
            case .doBlock(let body): !SQLToken.tokens(of: body).contains { $0.isWord("raise") }
            default: true
            }
        }
        guard !takesBack, revision.irreversible == nil else { return }
        let finding = Finding(.irreversible, revision.id)
        if let statement = revision.down?.first {
            reports.append(
                StatementReport(statement: statement, facts: StatementFacts(wasRun: false), findings: [finding]))
        } else if !reports.isEmpty {
            reports[0].findings.append(finding)
        }
    }

    /// Matches findings with what the file allows.
    private mutating func allow() {
        for index in reports.indices {
            for comment in reports[index].statement.comments {
                guard let text = Allowance.text(ofComment: comment, key: "lint") else { continue }
                apply(text, to: [index])
            }
        }
        for remark in revision.remarks where remark.key == "lint" { apply(remark.value, to: Array(reports.indices)) }
    }

    private mutating func apply(_ text: String, to indices: [Int]) {
        guard let first = indices.first else { return }
        guard let allowance = Allowance(text), allowance.name.map({ LintRule(rawValue: $0) != nil }) ?? true,
            allowance.name != nil || indices.count == reports.count
        else { return find(.badAllowance, "\"-- lint: \(text)\"", at: first) }
        var isUsed = false
        for index in indices {
            for place in reports[index].findings.indices {
                let finding = reports[index].findings[place]
                guard finding.allowedBecause == nil, finding.rule != .badAllowance, finding.rule != .unusedAllowance,
                    allowance.name.map({ $0 == finding.rule.rawValue }) ?? true
                else { continue }
                reports[index].findings[place].allowedBecause = allowance.reason
                isUsed = true
            }
        }
        if !isUsed, let name = allowance.name { find(.unusedAllowance, name, at: first) }
    }
}

extension Revision {
    /// The reason for which all that lint finds in it is allowed.
    package var lintExemption: String? {
        remarks.lazy.filter { $0.key == "lint" }.compactMap { Allowance($0.value) }.first { $0.name == nil }?.reason
    }
}
#endif
