public import PGSchemaMigrations
package import PGSchemaReports
import PGSchemaSQL
import PGWire

/// What the test of revisions found.
public struct RoundTripReport: Sendable {
    /// In the order in which they ran.
    public internal(set) var steps: [Step] = []
    /// The version of the server, `15.18`.
    public let server: String

    /// Whether something was found that is not allowed.
    public var fails: Bool { steps.contains { $0.findings.contains { $0.fails } } }

    /// One way of one revision.
    public struct Step: Sendable {
        /// The steps by their names.
        public enum Name: String, Sendable {
            case up, down
            case upAgain = "up again"
            case downToBase = "down to base"
            case upToHead = "up to head"
        }

        /// What was done.
        public let name: Name
        /// Nil for those that are of the whole line.
        public let revision: Revision?
        /// How many rows there were when it ran, unless it failed on them.
        public internal(set) var rowCount = 0
        /// What was not as it should be.
        public internal(set) var findings: [Finding] = []

        /// For a person to read.
        public var lines: [String] {
            let isBad = findings.contains { $0.fails }
            let rows = "\(rowCount) \(rowCount == 1 ? "row" : "rows")"
            let what = revision.map { " \($0.id), \($0.title)".escapingControls } ?? ""
            return ["\(isBad ? "failed" : "ok")  \(name.rawValue)\(what) (\(rows))"]
                + findings.map { "    \($0.line.escapingControls)" }
        }
    }

    /// A difference that should not be.
    public struct Finding: Sendable, Equatable {
        /// The kinds of findings; `-- test: allow NAME because …` names them.
        public enum Kind: String, Sendable, CaseIterable {
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

        /// What kind it is.
        public let kind: Kind
        /// What exactly.
        public let detail: String
        /// Why it is allowed, in the file's words; nil when it is not.
        public internal(set) var allowedBecause: String?

        /// Whether it makes the test fail. What only weakens the proof does not.
        public var fails: Bool { allowedBecause == nil && kind != .notSeeded && kind != .unusedAllowance }

        fileprivate var line: String {
            "\(kind.rawValue): \(detail)" + (allowedBecause.map { " (allowed because \($0))" } ?? "")
        }
    }

    /// The last line of the report.
    public var summary: String {
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
