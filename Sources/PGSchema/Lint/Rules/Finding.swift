/// Something that lint found in a statement.
public struct Finding: Sendable {
    /// The rule that was broken.
    public let rule: LintRule
    /// How bad it is here; milder on a way down.
    public private(set) var level: LintRule.Level
    /// What it is here: `emails.template_type`.
    public let detail: String
    /// The reason for which it is allowed.
    public var allowedBecause: String?

    package init(_ rule: LintRule, _ detail: String) {
        self.rule = rule
        level = rule.level
        self.detail = detail
    }

    /// The same found on a way down, if it means something there.
    package var ofWayDown: Finding? {
        guard let level = rule.levelOfWayDown else { return nil }
        var finding = self
        finding.level = level
        return finding
    }
}
