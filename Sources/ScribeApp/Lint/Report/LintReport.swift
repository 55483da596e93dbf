#if ScribeApp
/// What lint has to say.
package struct LintReport: Sendable {
    /// The server that the facts are of, `15.18`.
    package let server: String
    package internal(set) var revisions: [RevisionReport] = []
    /// About how many rows the tables of the database have that was looked at, if one was.
    package internal(set) var rowEstimates: [String: Int] = [:]

    /// How many findings of a level are not allowed.
    package func count(_ level: LintRule.Level) -> Int {
        findings.count { $0.allowedBecause == nil && $0.rule.level == level }
    }

    package var allowedCount: Int { findings.count { $0.allowedBecause != nil } }

    /// Whether something of this level or above is not allowed.
    package func fails(at level: LintRule.Level) -> Bool {
        findings.contains { $0.allowedBecause == nil && $0.rule.level >= level }
    }

    private var findings: [Finding] { revisions.flatMap { $0.statements.flatMap(\.findings) } }
}

package struct RevisionReport: Sendable {
    package let revision: Revision
    package internal(set) var statements: [StatementReport]
    /// The tables that are blocked for reads and writes when the transaction ends.
    package let heldExclusively: [String]
    /// Tables that had no rows, and why.
    package let unseeded: [String]
}

package struct StatementReport: Sendable {
    package let statement: Revision.Statement
    package let facts: StatementFacts
    package internal(set) var findings: [Finding] = []
}
#endif
