// The rules on columns. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `add-not-null-without-default`.
    public static let addNotNull = LintRule(
        "add-not-null-without-default", .error, isAboutWork: true,
        why: "It fails as soon as the table has a row.",
        instead: "add it with a constant DEFAULT, or nullable; fill it; then set NOT NULL by way of a validated check")

    /// The rule `volatile-default`.
    public static let volatileDefault = LintRule(
        "volatile-default", .error, isAboutWork: true,
        why: "A default that differs from row to row writes the whole table anew while nobody can read it.",
        instead: "add the column without default, SET DEFAULT in a second statement, and fill old rows in batches")

    /// The rule `generated-column`.
    public static let generatedColumn = LintRule(
        "generated-column", .error, isAboutWork: true,
        why: "A serial, identity or stored generated column writes the whole table anew while nobody can read it.",
        instead: """
            add a nullable column, give it its sequence's nextval as default (or a trigger), fill old rows in \
            batches, and make it an identity afterwards
            """)

    /// The rule `set-not-null`.
    public static let setNotNull = LintRule(
        "set-not-null", .error, isAboutWork: true,
        why: "It reads the whole table while nobody else can read or write it.",
        instead: """
            ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in the next revision; then \
            SET NOT NULL, which takes the check's word, and drop the check
            """)

    /// The rule `type-change-rewrite`.
    public static let typeChangeRewrite = LintRule(
        "type-change-rewrite", .error, isAboutWork: true,
        why: "The change of type writes the whole table and its indexes anew while nobody can read it.",
        instead: "add a column of the new type, fill it in batches, let the program write both, then drop the old one")

    /// The rule `type-change-scan`.
    public static let typeChangeScan = LintRule(
        "type-change-scan", .error, isAboutWork: true,
        why: "The change of type reads the whole table, or builds its indexes anew, while nobody else can use it.",
        instead: "add a column of the new type, fill it in batches, let the program write both, then drop the old one")

    /// The rule `narrower-type`.
    public static let narrowerType = LintRule(
        "narrower-type", .error, wayDown: .none,
        why: """
            The new type holds less: a value that is too long makes it fail, and programs that write one will fail.
            """,
        instead: "keep the type and add CHECK (length(column) <= …) NOT VALID, validated in the next revision")

    /// The rule `drop-column`.
    public static let dropColumn = LintRule(
        "drop-column", .error, wayDown: .none,
        why: "Its data is lost, and programs of the version before still name it.",
        instead: "release a program that no longer uses it first, then drop it and allow this with that reason")

    /// The rule `rename-column`.
    public static let renameColumn = LintRule(
        "rename-column", .error, wayDown: .none,
        why: "Programs of the version before still use the old name.",
        instead: "add a column of the new name, let the program write both, and drop the old one later")

    /// The rule `json-column`.
    public static let jsonColumn = LintRule(
        "json-column", .notice, wayDown: .none,
        why: "json has no equality, so DISTINCT and GROUP BY fail, and no index supports it.",
        instead: "use jsonb")

    /// The rule `timestamp-without-time-zone`.
    public static let timestampColumn = LintRule(
        "timestamp-without-time-zone", .notice, wayDown: .none,
        why: "It does not say which moment it means once sessions have different time zones.",
        instead: "use timestamp with time zone")

    /// The rule `char-column`.
    public static let charColumn = LintRule(
        "char-column", .notice, wayDown: .none,
        why: "char(n) pads with blanks and ignores them in comparisons.",
        instead: "use text or varchar")

    static let columnsRules: [LintRule] = [
        .addNotNull, .volatileDefault, .generatedColumn, .setNotNull, .typeChangeRewrite, .typeChangeScan,
        .narrowerType, .dropColumn, .renameColumn, .jsonColumn, .timestampColumn, .charColumn,
    ]
}
