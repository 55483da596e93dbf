#if ScribeApp
import PGWire

extension LintReport {
    /// For a program to read.
    package var json: JSON {
        .object([
            ("server", .string(server)), ("errors", .integer(count(.error))), ("warnings", .integer(count(.warning))),
            ("notices", .integer(count(.notice))), ("allowed", .integer(allowedCount)),
            (
                "row_estimates",
                .object(rowEstimates.sorted { $0.key < $1.key }.map { ($0.key.text, .integer($0.value)) })
            ), ("revisions", .array(revisions.map(\.json))), ("skipped", .array(skipped.map(JSON.string))),
        ])
    }
}

extension RevisionReport {
    fileprivate var json: JSON {
        .object([
            ("revision", .string(revision.id)), ("file", .string(revision.file)), ("title", .string(revision.title)),
            ("transactional", .bool(revision.isTransactional)),
            ("exempt_because", revision.lintExemption.map(JSON.string) ?? .null),
            ("without_rows", .array(unseeded.map(JSON.string))), ("up", up.json), ("down", down?.json ?? .null),
            ("without_down_because", withoutDown.map(JSON.string) ?? .null),
        ])
    }
}

extension RevisionReport.Way {
    fileprivate var json: JSON {
        .object([
            ("blocked_until_commit", .array(heldExclusively.map(JSON.string))),
            ("not_written_until_commit", .array(heldAgainstWrites.map(JSON.string))),
            ("statements", .array(statements.map(\.json))),
        ])
    }
}

extension StatementReport {
    fileprivate var json: JSON {
        .object([
            ("line", .integer(statement.line)), ("sql", .string(statement.text)), ("ran", .bool(facts.wasRun)),
            ("cost", .string(facts.cost.rawValue)),
            ("locks", .array(facts.locks.map(\.json))), ("rewrites", .array(facts.rewritten.map(JSON.string))),
            ("scans", .array(facts.scanned.map(JSON.string))),
            ("rebuilds_indexes", .array(facts.rebuiltIndexes.map(JSON.string))),
            ("findings", .array(findings.map(\.json))),
        ])
    }
}

extension StatementFacts.TableLock {
    fileprivate var json: JSON {
        .object([
            ("table", .string(table)), ("mode", .string(mode.description)), ("blocks", .string(blocks)),
            ("by", .string(source.rawValue)),
        ])
    }
}

extension Finding {
    fileprivate var json: JSON {
        .object([
            ("rule", .string(rule.rawValue)), ("level", .string(level.rawValue)), ("detail", .string(detail)),
            ("why", .string(rule.why)), ("instead", .string(rule.instead)),
            ("allowed_because", allowedBecause.map(JSON.string) ?? .null),
        ])
    }
}
#endif
