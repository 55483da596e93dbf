// The rules on tables. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `drop-table`.
    public static let dropTable = LintRule(
        "drop-table", .error, wayDown: .none,
        why: "Its rows are lost, and programs of the version before still use it.",
        instead: "release a program that no longer uses it first, then drop it and allow this with that reason")

    /// The rule `rename-table`.
    public static let renameTable = LintRule(
        "rename-table", .error, wayDown: .none,
        why: "Programs of the version before still use the old name.",
        instead: "leave the name, or make a view of the new name and let programs move to it first")

    /// The rule `truncate`.
    public static let truncate = LintRule(
        "truncate", .error, isAboutWork: true,
        why: "All rows are lost at once, under a lock that blocks reads and writes.",
        instead: "delete what must go by DELETE … WHERE, in batches")

    /// The rule `table-rewrite`.
    public static let tableRewrite = LintRule(
        "table-rewrite", .error, isAboutWork: true,
        why: "It writes the whole table anew while nobody can read it.",
        instead: "make a new table, copy in batches, and swap the two")

    /// The rule `scan-under-lock`.
    public static let scanUnderLock = LintRule(
        "scan-under-lock", .error, isAboutWork: true,
        why: "It reads a whole table under a lock that keeps others from it.",
        instead: "do the part that reads in a statement of a weaker lock, such as VALIDATE CONSTRAINT or CONCURRENTLY")

    /// The rule `lock-table`.
    public static let lockTable = LintRule(
        "lock-table", .warning,
        why: "The lock is held to the end of the transaction and blocks others.",
        instead: "leave it to each statement to take the lock that it needs")

    /// The rule `several-tables-locked`.
    public static let severalTables = LintRule(
        "several-tables-locked", .warning,
        why: """
            Waiting for the second table the first stays blocked, and sessions that take them in another order \
            deadlock.
            """,
        instead: """
            make a revision for each table; where one statement needs them all, run it in a time without load and \
            allow this with that reason
            """)

    /// The rule `vacuum-full`.
    public static let fullVacuum = LintRule(
        "vacuum-full", .error, isAboutWork: true,
        why: "It writes the whole table anew while nobody can read it.",
        instead: "plain VACUUM, or a tool such as pg_repack, outside of revisions")

    /// The rule `drop-cascade`.
    public static let dropCascade = LintRule(
        "drop-cascade", .warning,
        why: "CASCADE also drops what this file does not name.",
        instead: "drop each object by its name, without CASCADE")

    static let tablesRules: [LintRule] = [
        .dropTable, .renameTable, .truncate, .tableRewrite, .scanUnderLock, .lockTable, .severalTables, .fullVacuum,
        .dropCascade,
    ]
}
