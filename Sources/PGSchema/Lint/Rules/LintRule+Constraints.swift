// Rules on constraints. A new rule also goes into the list at the end.
extension LintRule {
    /// `unique-without-index`: a unique constraint that builds its own index.
    public static let unique = LintRule(
        "unique-without-index", .error, isAboutDuration: true,
        why: "The index is built while nobody can use the table, and duplicates make it fail.",
        instead: "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … UNIQUE USING INDEX")

    /// `primary-key-without-index`: a primary key that builds its own index.
    public static let primaryKey = LintRule(
        "primary-key-without-index", .error, isAboutDuration: true,
        why: "The index is built, and NULLs are looked for, while nobody can use the table.",
        instead: """
            CREATE UNIQUE INDEX CONCURRENTLY first, make the columns NOT NULL by way of a validated check, then ADD \
            PRIMARY KEY USING INDEX
            """)

    /// `exclusion-constraint`: an exclusion constraint on a table that exists.
    public static let exclusion = LintRule(
        "exclusion-constraint", .error, isAboutDuration: true,
        why: "Its index is built while nobody can use the table, and no form of it avoids that.",
        instead: "make the constraint with the table, or in a time without load and allow this with that reason")

    /// `foreign-key-without-not-valid`: a foreign key that checks the rows that exist.
    public static let foreignKey = LintRule(
        "foreign-key-without-not-valid", .error, isAboutDuration: true,
        why: "All rows are checked while nobody can write to either table.",
        instead: "ADD … NOT VALID, and VALIDATE CONSTRAINT in the next revision")

    /// `check-without-not-valid`: a check constraint that checks the rows that exist.
    public static let check = LintRule(
        "check-without-not-valid", .error, isAboutDuration: true,
        why: "All rows are checked while nobody else can read or write the table.",
        instead: "ADD … NOT VALID, and VALIDATE CONSTRAINT in the next revision")

    /// `validate-in-same-transaction`: VALIDATE CONSTRAINT in the transaction that added the constraint.
    public static let validateTogether = LintRule(
        "validate-in-same-transaction", .warning, isAboutDuration: true,
        why: "The lock of ADD … NOT VALID is held while all rows are checked.",
        instead: "VALIDATE CONSTRAINT in the next revision")

    /// `foreign-key-without-index`: a foreign key whose columns no index begins with.
    public static let keyWithoutIndex = LintRule(
        "foreign-key-without-index", .notice, wayDown: .none,
        why: "Each DELETE of a row that is referred to reads this whole table.",
        instead: "make an index that begins with the key's columns, unless such rows are never deleted")

    static let constraintRules: [LintRule] = [
        .unique, .primaryKey, .exclusion, .foreignKey, .check, .validateTogether, .keyWithoutIndex,
    ]
}
