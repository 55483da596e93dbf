// The rules on rows. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `change-without-where`.
    public static let unfiltered = LintRule(
        "change-without-where", .error,
        why: "It changes every row in one transaction, which locks them all and leaves the table twice its size.",
        instead: "change the rows in batches, each with its own WHERE")

    /// The rule `backfill-under-lock`.
    public static let backfillUnderLock = LintRule(
        "backfill-under-lock", .warning,
        why: "Rows are changed while a statement before it still keeps everybody else from a table.",
        instead: "change the rows in a revision of its own")

    /// The rule `fails-on-rows`.
    public static let failsOnRows = LintRule(
        "fails-on-rows", .notice,
        why: "It failed on the few rows that lint makes up, and passed without rows.",
        instead: "make sure that the rows that there are satisfy it, for example by an UPDATE in the revision before")

    /// The rule `existing-rows-violate`.
    public static let existingRows = LintRule(
        "existing-rows-violate", .error,
        why: "The database has rows that it does not hold for, so it will fail there.",
        instead: "correct the rows first, by a revision of its own")

    static let rowsRules: [LintRule] = [
        .unfiltered, .backfillUnderLock, .failsOnRows, .existingRows,
    ]
}
