// The rules on a revision as a whole. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `if-not-exists`.
    public static let ifNotExists = LintRule(
        "if-not-exists", .notice, wayDown: .none,
        why: "If something of that name is there it is taken for the right one, whatever it is.",
        instead: "leave IF NOT EXISTS out, so that a difference shows")

    /// The rule `irreversible`.
    public static let irreversible = LintRule(
        "irreversible", .warning,
        why: "The part \"-- down\" takes nothing back.",
        instead: "write what takes it back, or allow this with the reason why nothing can")

    /// The rule `fails`.
    public static let fails = LintRule(
        "fails", .error, wayDown: .same,
        why: "The server refused it.",
        instead: "correct it")

    /// The rule `bad-allowance`.
    public static let badAllowance = LintRule(
        "bad-allowance", .error,
        why: "It allows nothing as it is written.",
        instead: """
            -- lint: allow RULE because REASON, directly before the statement; `migrate lint --rules` lists the \
            rules
            """)

    /// The rule `unused-allowance`.
    public static let unusedAllowance = LintRule(
        "unused-allowance", .warning,
        why: "What it allows is not found there.",
        instead: "remove it, or put it directly before the statement that it is about")

    static let revisionRules: [LintRule] = [
        .ifNotExists, .irreversible, .fails, .badAllowance, .unusedAllowance,
    ]
}
