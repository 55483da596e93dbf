import PGSchemaMigrations

extension RevisionReport {
    /// Marks the findings that the file allows: in its header for all statements, in a comment for the next one.
    package mutating func allow() {
        var statements = up.statements + (down?.statements ?? [])
        for index in statements.indices {
            // It may run again, after more findings were added.
            statements[index].findings.removeAll { $0.rule == .badAllowance || $0.rule == .unusedAllowance }
            for place in statements[index].findings.indices { statements[index].findings[place].allowedBecause = nil }
            for comment in statements[index].statement.comments {
                guard let text = Allowance.text(ofComment: comment, key: "lint") else { continue }
                Self.apply(text, to: &statements[index...index], isHeader: false)
            }
        }
        for remark in revision.remarks where remark.key == "lint" {
            Self.apply(remark.value, to: &statements[...], isHeader: true)
        }
        let count = up.statements.count
        up.statements = Array(statements[..<count])
        down?.statements = Array(statements[count...])
    }

    private static func apply(_ text: String, to reports: inout ArraySlice<StatementReport>, isHeader: Bool) {
        let first = reports.startIndex
        guard first < reports.endIndex else { return }
        guard let allowance = Allowance(text), allowance.name.map({ LintRule(rawValue: $0) != nil }) ?? isHeader else {
            return reports[first].findings.append(Finding(.badAllowance, "\"-- lint: \(text)\""))
        }
        var isUsed = false
        for index in reports.indices {
            for place in reports[index].findings.indices {
                let finding = reports[index].findings[place]
                guard finding.allowedBecause == nil, finding.rule != .badAllowance, finding.rule != .unusedAllowance,
                    allowance.name.map({ $0 == finding.rule.rawValue }) ?? true
                else { continue }
                reports[index].findings[place].allowedBecause = allowance.reason
                isUsed = true
            }
        }
        if !isUsed, let name = allowance.name { reports[first].findings.append(Finding(.unusedAllowance, name)) }
    }
}

extension Revision {
    /// Why all findings in it are allowed; nil if they are not.
    package var lintExemption: String? {
        remarks.lazy.filter { $0.key == "lint" }.compactMap { Allowance($0.value) }.first { $0.name == nil }?.reason
    }
}
