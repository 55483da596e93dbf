import PGSchemaSQL
public import PGWire

/// What lint has to say.
public struct LintReport: Sendable {
    /// The server that the facts are of, `15.18`.
    public let server: String
    /// What was found, revision by revision.
    public internal(set) var revisions: [RevisionReport] = []
    /// The ids of those that were to be looked at and stand on one that fails.
    public internal(set) var skipped: [String] = []
    /// About how many rows the tables of the database have that was looked at, if one was.
    public internal(set) var rowEstimates: [SQLIdentifier: Int] = [:]

    package init(server: String = "") { self.server = server }

    /// How many findings of a level are not allowed.
    public func count(_ level: LintRule.Level) -> Int {
        findings.count { $0.allowedBecause == nil && $0.level == level }
    }

    /// How many findings are allowed by their files.
    public var allowedCount: Int { findings.count { $0.allowedBecause != nil } }

    /// Whether something of this level or above is not allowed.
    public func fails(at level: LintRule.Level) -> Bool {
        findings.contains { $0.allowedBecause == nil && $0.level >= level }
    }

    private var findings: [Finding] { revisions.flatMap(\.findings) }
}
