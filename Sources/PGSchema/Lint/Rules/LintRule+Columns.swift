// Rules on columns. A new rule also goes into the list at the end.
extension LintRule {
    /// `add-not-null-without-default`: ADD COLUMN … NOT NULL without a default, on a table that exists.
    public static let addNotNull = LintRule(
        "add-not-null-without-default", .error, isAboutDuration: true,
        why: "It fails as soon as the table has a row.",
        instead: "add it with a constant DEFAULT, or nullable; fill it; then set NOT NULL by way of a validated check")

    /// `volatile-default`: ADD COLUMN with a volatile default, which rewrites the table.
    public static let volatileDefault = LintRule(
        "volatile-default", .error, isAboutDuration: true,
        why: "A default that differs from row to row rewrites the whole table while nobody can read it.",
        instead: "add the column without default, SET DEFAULT in a second statement, and fill old rows in batches")

    /// `generated-column`: a new serial, identity or stored generated column, which rewrites the table.
    public static let generatedColumn = LintRule(
        "generated-column", .error, isAboutDuration: true,
        why: "A serial, identity or stored generated column rewrites the whole table while nobody can read it.",
        instead: """
            add a nullable column, give it its sequence's nextval as default (or a trigger), fill old rows in \
            batches, and make it an identity afterwards
            """)

    /// `set-not-null`: SET NOT NULL that has to read the whole table.
    public static let setNotNull = LintRule(
        "set-not-null", .error, isAboutDuration: true,
        why: "It reads the whole table while nobody else can read or write it.",
        instead: """
            ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in the next revision; then \
            SET NOT NULL, which then relies on the check, and drop the check
            """)

    /// `type-change-rewrite`: a change of a column's type that rewrites the table.
    public static let typeChangeRewrite = LintRule(
        "type-change-rewrite", .error, isAboutDuration: true,
        why: "The change of type rewrites the whole table and its indexes while nobody can read it.",
        instead: "add a column of the new type, fill it in batches, let the program write both, then drop the old one")

    /// `type-change-scan`: a change of a column's type that reads the whole table or rebuilds its indexes.
    public static let typeChangeScan = LintRule(
        "type-change-scan", .error, isAboutDuration: true,
        why: "The change of type reads the whole table, or rebuilds its indexes, while nobody else can use it.",
        instead: "add a column of the new type, fill it in batches, let the program write both, then drop the old one")

    /// `narrower-type`: a change of a column's type to one that holds less.
    public static let narrowerType = LintRule(
        "narrower-type", .error, wayDown: .none,
        why: """
            The new type holds less: a value that is too long makes it fail, and programs that write one will fail.
            """,
        instead: "keep the type and add CHECK (length(column) <= …) NOT VALID, validated in the next revision")

    /// `drop-column`: DROP COLUMN.
    public static let dropColumn = LintRule(
        "drop-column", .error, wayDown: .none,
        why: "Its data is lost, and programs of the version before still name it.",
        instead: "release a program that no longer uses it first, then drop it and allow this with that reason")

    /// `rename-column`: RENAME COLUMN.
    public static let renameColumn = LintRule(
        "rename-column", .error, wayDown: .none,
        why: "Programs of the version before still use the old name.",
        instead: "add a column of the new name, let the program write both, and drop the old one later")

    /// `json-column`: a new column of type `json`.
    public static let jsonColumn = LintRule(
        "json-column", .notice, wayDown: .none,
        why: "json has no equality, so DISTINCT and GROUP BY fail, and no index supports it.",
        instead: "use jsonb")

    /// `timestamp-without-time-zone`: a new column of type `timestamp without time zone`.
    public static let timestampColumn = LintRule(
        "timestamp-without-time-zone", .notice, wayDown: .none,
        why: "It does not say which moment it means once sessions have different time zones.",
        instead: "use timestamp with time zone")

    /// `char-column`: a new column of type `char(n)`.
    public static let charColumn = LintRule(
        "char-column", .notice, wayDown: .none,
        why: "char(n) pads with blanks and ignores them in comparisons.",
        instead: "use text or varchar")

    static let columnRules: [LintRule] = [
        .addNotNull, .volatileDefault, .generatedColumn, .setNotNull, .typeChangeRewrite, .typeChangeScan,
        .narrowerType, .dropColumn, .renameColumn, .jsonColumn, .timestampColumn, .charColumn,
    ]
}
