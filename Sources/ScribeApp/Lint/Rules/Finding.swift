#if ScribeApp
/// Something that lint found in a statement.
package struct Finding: Sendable {
    package let rule: LintRule
    /// What it is here: `emails.template_type`.
    package let detail: String
    /// The reason for which it is allowed.
    package var allowedBecause: String?

    init(_ rule: LintRule, _ detail: String) {
        self.rule = rule
        self.detail = detail
    }
}
#endif
