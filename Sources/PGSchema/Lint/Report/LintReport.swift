import PGSchemaSQL
package import PGWire

/// What lint has to say.
package struct LintReport: Sendable {
    /// The server that the facts are of, `15.18`.
    package let server: String
    package internal(set) var revisions: [RevisionReport] = []
    /// The ids of those that were to be looked at and stand on one that fails.
    package internal(set) var skipped: [String] = []
    /// About how many rows the tables of the database have that was looked at, if one was.
    package internal(set) var rowEstimates: [SQLIdentifier: Int] = [:]

    /// How many findings of a level are not allowed.
    package func count(_ level: LintRule.Level) -> Int {
        findings.count { $0.allowedBecause == nil && $0.level == level }
    }

    package var allowedCount: Int { findings.count { $0.allowedBecause != nil } }

    /// Whether something of this level or above is not allowed.
    package func fails(at level: LintRule.Level) -> Bool {
        findings.contains { $0.allowedBecause == nil && $0.level >= level }
    }

    private var findings: [Finding] { revisions.flatMap(\.findings) }
}
