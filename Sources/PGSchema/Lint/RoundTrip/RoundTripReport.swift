public import PGSchemaMigrations
package import PGSchemaReports
import PGSchemaSQL
import PGWire

/// What ``RoundTrip`` found.
public struct RoundTripReport: Sendable {
    /// The steps, in the order in which they ran.
    public internal(set) var steps: [Step] = []
    /// The version of the server: `15.18`.
    public let server: String

    /// Whether there is a finding that makes the test fail.
    public var fails: Bool { steps.contains { $0.findings.contains { $0.fails } } }

    /// An upgrade or downgrade of one revision, or of all.
    public struct Step: Sendable {
        /// The kinds of steps.
        public enum Name: String, Sendable {
            /// The upgrade of one revision.
            case up
            /// Its downgrade.
            case down
            /// Its upgrade after the downgrade.
            case upAgain = "up again"
            /// The downgrade of all revisions, from head.
            case downToBase = "down to base"
            /// The upgrade of all revisions after that, without rows.
            case upToHead = "up to head"
        }

        /// What was done.
        public let name: Name
        /// The revision; nil for steps through all of them.
        public let revision: Revision?
        /// The number of rows when it ran; 0 if it was repeated without rows.
        public internal(set) var rowCount = 0
        /// What was not as expected.
        public internal(set) var findings: [Finding] = []

        /// The step for people.
        public var lines: [String] {
            let isBad = findings.contains { $0.fails }
            let rows = "\(rowCount) \(rowCount == 1 ? "row" : "rows")"
            let what = revision.map { " \($0.id), \($0.title)".escapingControls } ?? ""
            return ["\(isBad ? "failed" : "ok")  \(name.rawValue)\(what) (\(rows))"]
                + findings.map { "    \($0.line.escapingControls)" }
        }
    }

    /// Something that was not as expected.
    public struct Finding: Sendable, Equatable {
        /// The kinds of findings; `-- test: allow NAME because …` names them.
        public enum Kind: String, Sendable, CaseIterable {
            /// The upgrade fails on tables with rows. The test went on without rows.
            case upFails = "up-fails"
            /// The downgrade fails on tables with rows. The test went on without rows.
            case downFails = "down-fails"
            /// It fails without rows too. The test of the revision ended.
            case broken
            /// The downgrade leaves something behind.
            case residue
            /// The downgrade does not restore something.
            case notRestored = "not-restored"
            /// The downgrade restores something differently.
            case restoredOtherwise = "restored-otherwise"
            /// The downgrade restores the columns of a table in another order.
            case columnOrder = "column-order"
            /// The second upgrade gives another schema than the first.
            case upDiffers = "up-differs"
            /// A table has another number of rows.
            case rowsChanged = "row-count-changed"
            /// Rows are not what they were before upgrade and downgrade.
            case valuesLost = "values-lost"
            /// A table for which no row could be generated.
            case notSeeded = "not-seeded"
            /// A line `-- test:` that cannot be read.
            case badAllowance = "bad-allowance"
            /// A line `-- test:` that allows what was not found.
            case unusedAllowance = "unused-allowance"
        }

        /// The kind.
        public let kind: Kind
        /// The details, for people.
        public let detail: String
        /// Why it is allowed, in the file's words; nil when it is not.
        public internal(set) var allowedBecause: String?

        /// Whether it makes the test fail. A finding that is allowed does not, nor one that only limits the test.
        public var fails: Bool { allowedBecause == nil && kind != .notSeeded && kind != .unusedAllowance }

        fileprivate var line: String {
            "\(kind.rawValue): \(detail)" + (allowedBecause.map { " (allowed because \($0))" } ?? "")
        }
    }

    /// The last line of the report: the counts.
    public var summary: String {
        let all = steps.flatMap(\.findings)
        let failed = all.count { $0.fails }
        let allowed = all.count { $0.allowedBecause != nil }
        return """
            \(steps.count) steps, \(failed) \(failed == 1 ? "finding" : "findings"), \(allowed) allowed, by PostgreSQL \
            \(server)
            """
    }

    /// The report for programs.
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
