import PGSchemaMigrations
package import PGSchemaReports
import PGWire

extension LintReport {
    /// The report for programs.
    package var json: JSONValue {
        .object([
            ("server", .string(server)), ("errors", .integer(count(.error))), ("warnings", .integer(count(.warning))),
            ("notices", .integer(count(.notice))), ("allowed", .integer(allowedCount)),
            (
                "row_estimates",
                .object(rowEstimates.sorted { $0.key < $1.key }.map { ($0.key.text, .integer($0.value)) })
            ), ("revisions", .array(revisions.map(\.json))), ("skipped", .array(skipped.map(JSONValue.string))),
        ])
    }
}

extension RevisionReport {
    fileprivate var json: JSONValue {
        .object([
            ("revision", .string(revision.id)), ("file", .string(revision.file)), ("title", .string(revision.title)),
            ("transactional", .bool(revision.isTransactional)),
            ("exempt_because", revision.lintExemption.map(JSONValue.string) ?? .null),
            ("without_rows", .array(unseeded.map(JSONValue.string))), ("up", up.json), ("down", down?.json ?? .null),
            ("without_down_because", withoutDown.map(JSONValue.string) ?? .null),
        ])
    }
}

extension RevisionReport.Way {
    fileprivate var json: JSONValue {
        .object([
            ("blocked_until_commit", .array(heldExclusively.map(JSONValue.string))),
            ("not_written_until_commit", .array(heldAgainstWrites.map(JSONValue.string))),
            ("statements", .array(statements.map(\.json))),
        ])
    }
}

extension StatementReport {
    fileprivate var json: JSONValue {
        .object([
            ("line", .integer(statement.line)), ("sql", .string(statement.text)), ("ran", .bool(facts.wasRun)),
            ("cost", .string(facts.cost.rawValue)),
            ("locks", .array(facts.locks.map(\.json))), ("rewrites", .array(facts.rewritten.map(JSONValue.string))),
            ("scans", .array(facts.scanned.map(JSONValue.string))),
            ("rebuilds_indexes", .array(facts.rebuiltIndexes.map(JSONValue.string))),
            ("findings", .array(findings.map(\.json))),
        ])
    }
}

extension StatementFacts.TableLock {
    fileprivate var json: JSONValue {
        .object([
            ("table", .string(table)), ("mode", .string(mode.description)), ("blocks", .string(blocks)),
            ("by", .string(source.rawValue)),
        ])
    }
}

extension Finding {
    fileprivate var json: JSONValue {
        .object([
            ("rule", .string(rule.rawValue)), ("level", .string(level.rawValue)), ("detail", .string(detail)),
            ("why", .string(rule.why)), ("instead", .string(rule.instead)),
            ("allowed_because", allowedBecause.map(JSONValue.string) ?? .null),
        ])
    }
}
