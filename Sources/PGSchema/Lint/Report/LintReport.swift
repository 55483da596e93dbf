import PGSchemaSQL
public import PGWire

/// What ``Linter`` found.
public struct LintReport: Sendable {
    /// The version of the scratch database's server: `15.18`.
    public let server: String
    /// The reports on the chosen revisions, in the graph's order.
    public internal(set) var revisions: [RevisionReport] = []
    /// The ids of chosen revisions that were not run because one before them failed.
    public internal(set) var skipped: [String] = []
    /// The estimated row counts of the database's tables, if ``RowCheck`` has read them.
    public internal(set) var rowEstimates: [SQLIdentifier: Int] = [:]

    package init(server: String = "") { self.server = server }

    /// The number of findings of a level that are not allowed.
    public func count(_ level: LintRule.Level) -> Int {
        findings.count { $0.allowedBecause == nil && $0.level == level }
    }

    /// The number of findings that the files allow.
    public var allowedCount: Int { findings.count { $0.allowedBecause != nil } }

    /// Whether a finding of this level or a worse one is not allowed.
    public func fails(at level: LintRule.Level) -> Bool {
        findings.contains { $0.allowedBecause == nil && $0.level >= level }
    }

    private var findings: [Finding] { revisions.flatMap(\.findings) }
}
