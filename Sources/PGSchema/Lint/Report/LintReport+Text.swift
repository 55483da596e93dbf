import PGSchemaMigrations
import PGSchemaSQL
import PGWire

extension LintReport {
    /// For a person to read. Findings that are allowed are told in a line each.
    public var lines: [String] {
        var lines: [String] = []
        for revision in revisions {
            if !lines.isEmpty { lines.append("") }
            lines += revision.lines(rowEstimates)
        }
        if !skipped.isEmpty {
            lines.append("")
            lines.append("not looked at, because what they stand on fails: \(skipped.joined(separator: ", "))")
        }
        lines.append("")
        lines.append(summary)
        return lines.map(\.escapingControls)
    }

    /// `1 error, 0 warnings, 2 notices, 0 allowed in 1 revision, by PostgreSQL 15.18`
    public var summary: String {
        let counts = LintRule.Level.allCases.reversed().map { level in
            "\(count(level)) \(level.rawValue)\(count(level) == 1 ? "" : "s")"
        }
        let revisionCount = "\(revisions.count) revision\(revisions.count == 1 ? "" : "s")"
        return "\(counts.joined(separator: ", ")), \(allowedCount) allowed in \(revisionCount), by PostgreSQL \(server)"
    }
}

extension RevisionReport {
    fileprivate func lines(_ estimates: [SQLIdentifier: Int]) -> [String] {
        var lines = ["\(revision.file): \(revision.id), \(revision.title)"]
        if !revision.isTransactional { lines[0] += ", outside a transaction" }
        if let reason = revision.lintExemption { lines.append("  exempt because \(reason)") }
        lines += up.lines(in: revision, estimates)
        lines += unseeded.map { "  without rows: \($0)" }
        if let down {
            lines.append("  the way down:")
            lines += down.lines(in: revision, estimates)
        } else if let withoutDown {
            lines.append("  the way down was not looked at: \(withoutDown)")
        }
        return lines
    }
}

extension RevisionReport.Way {
    fileprivate func lines(in revision: Revision, _ estimates: [SQLIdentifier: Int]) -> [String] {
        var lines = statements.flatMap { $0.lines(in: revision, estimates) }
        for (tables, what) in [(heldExclusively, "reads or writes"), (heldAgainstWrites, "writes")]
        where !tables.isEmpty {
            lines.append("  until it commits nobody \(what) \(tables.joined(separator: ", "))")
        }
        return lines
    }
}

extension StatementReport {
    fileprivate func lines(in revision: Revision, _ estimates: [SQLIdentifier: Int]) -> [String] {
        var lines = ["  \(revision.file):\(statement.line): \(Self.beginning(of: statement.text))"]
        for lock in facts.locks {
            var line = "    \(lock.table): \(lock.mode), \(lock.blocks), \(cost(of: lock.table))"
            if let rows = estimates[SQLIdentifier(lock.table)] { line += " (about \(rows) row\(rows == 1 ? "" : "s"))" }
            if lock.source == .rule { line += " (by rule: it was over too soon to look)" }
            lines.append(line)
        }
        for finding in findings {
            if let reason = finding.allowedBecause {
                lines.append("    allowed \(finding.rule.rawValue) (\(finding.detail)) because \(reason)")
            } else {
                lines.append("    \(finding.level) \(finding.rule.rawValue): \(finding.detail)")
                lines.append("      \(finding.rule.why)")
                lines.append("      Instead: \(finding.rule.instead)")
            }
        }
        return lines
    }

    private func cost(of table: String) -> String {
        if facts.rewritten.contains(bytesOf: table) { return "rewrites the table" }
        if facts.scanned.contains(bytesOf: table) { return "scans the table" }
        return StatementFacts.Cost.metadata.rawValue
    }

    private static func beginning(of text: String) -> String {
        let words = text.unicodeScalars.split(whereSeparator: SQLScanner.isBlank).map { String($0) }
        let line = words.joined(separator: " ").unicodeScalars
        return line.count <= 90 ? String(line) : String(line.prefix(89)) + "…"
    }
}
