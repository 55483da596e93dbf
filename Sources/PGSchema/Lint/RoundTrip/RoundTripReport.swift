import PGSchemaSQL
package import PGSchemaReports
package import PGSchemaMigrations
import PGWire

/// What the test of revisions found.
package struct RoundTripReport: Sendable {
    /// In the order in which they ran.
    package internal(set) var steps: [Step] = []
    package let server: String

    /// Whether something was found that is not allowed.
    package var fails: Bool { steps.contains { $0.findings.contains { $0.fails } } }

    /// One way of one revision.
    package struct Step: Sendable {
        package enum Name: String, Sendable {
            case up, down
            case upAgain = "up again"
            case downToBase = "down to base"
            case upToHead = "up to head"
        }

        package let name: Name
        /// Nil for those that are of the whole line.
        package let revision: Revision?
        /// How many rows there were when it ran, unless it failed on them.
        package internal(set) var rowCount = 0
        package internal(set) var findings: [Finding] = []

        package var lines: [String] {
            let isBad = findings.contains { $0.fails }
            let rows = "\(rowCount) \(rowCount == 1 ? "row" : "rows")"
            let what = revision.map { " \($0.id), \($0.title)".escapingControls } ?? ""
            return ["\(isBad ? "failed" : "ok")  \(name.rawValue)\(what) (\(rows))"]
                + findings.map { "    \($0.line.escapingControls)" }
        }
    }

    package struct Finding: Sendable, Equatable {
        package enum Kind: String, Sendable, CaseIterable {
            /// It fails on tables with rows; what follows was done without.
            case upFails = "up-fails"
            case downFails = "down-fails"
            /// It fails without rows too; nothing follows.
            case broken
            /// The way down leaves something behind.
            case residue
            /// The way down does not bring something back.
            case notRestored = "not-restored"
            /// What the way down brings back is not what was there.
            case restoredOtherwise = "restored-otherwise"
            case columnOrder = "column-order"
            /// The second way up leads to another schema than the first.
            case upDiffers = "up-differs"
            case rowsChanged = "row-count-changed"
            case valuesLost = "values-lost"
            /// A table for which no row could be made up.
            case notSeeded = "not-seeded"
            case badAllowance = "bad-allowance"
            case unusedAllowance = "unused-allowance"
        }

        package let kind: Kind
        package let detail: String
        package internal(set) var allowedBecause: String?

        /// Whether it makes the test fail. What only weakens the proof does not.
        package var fails: Bool { allowedBecause == nil && kind != .notSeeded && kind != .unusedAllowance }

        fileprivate var line: String {
            "\(kind.rawValue): \(detail)" + (allowedBecause.map { " (allowed because \($0))" } ?? "")
        }
    }

    /// The last line of the report.
    package var summary: String {
        let all = steps.flatMap(\.findings)
        let failed = all.count { $0.fails }
        let allowed = all.count { $0.allowedBecause != nil }
        return """
            \(steps.count) steps, \(failed) \(failed == 1 ? "finding" : "findings"), \(allowed) allowed, by PostgreSQL \
            \(server)
            """
    }

    /// For a program to read.
    package var json: JSONValue {
        .object([
            ("server", .string(server)), ("failed", .bool(fails)), ("steps", .array(steps.map(\.json))),
        ])
    }
}

extension RoundTripReport.Step {
    fileprivate var json: JSONValue {
        .object([
            ("step", .string(name.rawValue)), ("revision", revision.map { .string($0.id) } ?? .null),
            ("rows", .integer(rowCount)),
            (
                "findings",
                .array(
                    findings.map { finding in
                        .object([
                            ("name", .string(finding.kind.rawValue)), ("detail", .string(finding.detail)),
                            ("allowed_because", finding.allowedBecause.map(JSONValue.string) ?? .null),
                        ])
                    })
            ),
        ])
    }
}
