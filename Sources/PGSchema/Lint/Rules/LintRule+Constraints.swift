// The rules on constraints. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `unique-without-index`.
    public static let unique = LintRule(
        "unique-without-index", .error, isAboutWork: true,
        why: "The index is built while nobody can use the table, and duplicates make it fail.",
        instead: "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … UNIQUE USING INDEX")

    /// The rule `primary-key-without-index`.
    public static let primaryKey = LintRule(
        "primary-key-without-index", .error, isAboutWork: true,
        why: "The index is built, and NULLs are looked for, while nobody can use the table.",
        instead: """
            CREATE UNIQUE INDEX CONCURRENTLY first, make the columns NOT NULL by way of a validated check, then ADD \
            PRIMARY KEY USING INDEX
            """)

    /// The rule `exclusion-constraint`.
    public static let exclusion = LintRule(
        "exclusion-constraint", .error, isAboutWork: true,
        why: "Its index is built while nobody can use the table, and no form of it avoids that.",
        instead: "make the constraint with the table, or in a time without load and allow this with that reason")

    /// The rule `foreign-key-without-not-valid`.
    public static let foreignKey = LintRule(
        "foreign-key-without-not-valid", .error, isAboutWork: true,
        why: "All rows are checked while nobody can write to either table.",
        instead: "ADD … NOT VALID, and VALIDATE CONSTRAINT in the next revision")

    /// The rule `check-without-not-valid`.
    public static let check = LintRule(
        "check-without-not-valid", .error, isAboutWork: true,
        why: "All rows are checked while nobody else can read or write the table.",
        instead: "ADD … NOT VALID, and VALIDATE CONSTRAINT in the next revision")

    /// The rule `validate-in-same-transaction`.
    public static let validateTogether = LintRule(
        "validate-in-same-transaction", .warning, isAboutWork: true,
        why: "The lock of ADD … NOT VALID is held while all rows are checked.",
        instead: "VALIDATE CONSTRAINT in the next revision")

    /// The rule `foreign-key-without-index`.
    public static let keyWithoutIndex = LintRule(
        "foreign-key-without-index", .notice, wayDown: .none,
        why: "Each DELETE of a row that is referred to reads this whole table.",
        instead: "make an index that begins with the key's columns, unless such rows are never deleted")

    static let constraintsRules: [LintRule] = [
        .unique, .primaryKey, .exclusion, .foreignKey, .check, .validateTogether, .keyWithoutIndex,
    ]
}
