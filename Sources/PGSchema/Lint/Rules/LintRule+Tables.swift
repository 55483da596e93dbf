// Rules on tables. A new rule also goes into the list at the end.
extension LintRule {
    /// `drop-table`: DROP TABLE.
    public static let dropTable = LintRule(
        "drop-table", .error, wayDown: .none,
        why: "Its rows are lost, and programs of the version before still use it.",
        instead: "release a program that no longer uses it first, then drop it and allow this with that reason")

    /// `rename-table`: a table gets another name or schema.
    public static let renameTable = LintRule(
        "rename-table", .error, wayDown: .none,
        why: "Programs of the version before still use the old name.",
        instead: "leave the name, or make a view of the new name and let programs move to it first")

    /// `truncate`: TRUNCATE of a table that exists.
    public static let truncate = LintRule(
        "truncate", .error, isAboutDuration: true,
        why: "All rows are lost at once, under a lock that blocks reads and writes.",
        instead: "delete what must go by DELETE … WHERE, in batches")

    /// `table-rewrite`: a statement that rewrites a table, for a reason without a rule of its own.
    public static let tableRewrite = LintRule(
        "table-rewrite", .error, isAboutDuration: true,
        why: "It rewrites the whole table while nobody can read it.",
        instead: "make a new table, copy in batches, and swap the two")

    /// `scan-under-lock`: a whole table is read under a lock that blocks others.
    public static let scanUnderLock = LintRule(
        "scan-under-lock", .error, isAboutDuration: true,
        why: "It reads a whole table under a lock that keeps others from it.",
        instead: "do the part that reads in a statement of a weaker lock, such as VALIDATE CONSTRAINT or CONCURRENTLY")

    /// `lock-table`: LOCK TABLE in a mode that blocks writes.
    public static let lockTable = LintRule(
        "lock-table", .warning,
        why: "The lock is held to the end of the transaction and blocks others.",
        instead: "leave it to each statement to take the lock that it needs")

    /// `several-tables-locked`: one transaction holds ACCESS EXCLUSIVE locks on several tables.
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

    /// `vacuum-full`: VACUUM FULL or CLUSTER.
    public static let fullVacuum = LintRule(
        "vacuum-full", .error, isAboutDuration: true,
        why: "It rewrites the whole table while nobody can read it.",
        instead: "plain VACUUM, or a tool such as pg_repack, outside of revisions")

    /// `drop-cascade`: CASCADE in a DROP.
    public static let dropCascade = LintRule(
        "drop-cascade", .warning,
        why: "CASCADE also drops what this file does not name.",
        instead: "drop each object by its name, without CASCADE")

    static let tableRules: [LintRule] = [
        .dropTable, .renameTable, .truncate, .tableRewrite, .scanUnderLock, .lockTable, .severalTables, .fullVacuum,
        .dropCascade,
    ]
}
