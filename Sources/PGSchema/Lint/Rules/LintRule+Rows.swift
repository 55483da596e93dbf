// Rules on rows. A new rule also goes into the list at the end.
extension LintRule {
    /// `change-without-where`: UPDATE or DELETE without WHERE.
    public static let unfiltered = LintRule(
        "change-without-where", .error,
        why: "It changes every row in one transaction, which locks them all and leaves the table twice its size.",
        instead: "change the rows in batches, each with its own WHERE")

    /// `backfill-under-lock`: rows changed while the transaction holds a lock that blocks others.
    public static let backfillUnderLock = LintRule(
        "backfill-under-lock", .warning,
        why: "Rows are changed while a statement before it still keeps everybody else from a table.",
        instead: "change the rows in a revision of its own")

    /// `fails-on-rows`: a statement that fails on the rows of the scratch database, and succeeds without rows.
    public static let failsOnRows = LintRule(
        "fails-on-rows", .notice,
        why: "It failed on the few rows that lint makes up, and passed without rows.",
        instead: "make sure that the rows that there are satisfy it, for example by an UPDATE in the revision before")

    /// `existing-rows-violate`: a new constraint that rows of the database violate; found by ``RowCheck``.
    public static let existingRows = LintRule(
        "existing-rows-violate", .error,
        why: "The database has rows that it does not hold for, so it will fail there.",
        instead: "correct the rows first, by a revision of its own")

    static let rowRules: [LintRule] = [
        .unfiltered, .backfillUnderLock, .failsOnRows, .existingRows,
    ]
}
