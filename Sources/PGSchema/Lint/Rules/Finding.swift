/// A rule that a statement breaks.
public struct Finding: Sendable {
    /// The rule that was broken.
    public let rule: LintRule
    /// The level; a downgrade may have a lower one than the rule.
    public private(set) var level: LintRule.Level
    /// The object: `emails.template_type`.
    public let detail: String
    /// Why the file allows it, in its words; nil when it does not.
    public var allowedBecause: String?

    init(_ rule: LintRule, _ detail: String) {
        self.rule = rule
        level = rule.level
        self.detail = detail
    }

    /// The finding with its level in a downgrade; nil if it does not count there.
    var ofWayDown: Finding? {
        guard let level = rule.levelOfWayDown else { return nil }
        var finding = self
        finding.level = level
        return finding
    }
}
