// The rules on indexes. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `index-without-concurrently`.
    public static let createIndex = LintRule(
        "index-without-concurrently", .error, isAboutWork: true,
        why: "Nobody can write to the table until the index is built.",
        instead: "CREATE INDEX CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\"")

    /// The rule `drop-index-without-concurrently`.
    public static let dropIndex = LintRule(
        "drop-index-without-concurrently", .warning,
        why: "It waits for all queries on the table, and blocks all others meanwhile.",
        instead: "DROP INDEX CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\"")

    /// The rule `reindex-without-concurrently`.
    public static let reindex = LintRule(
        "reindex-without-concurrently", .error, isAboutWork: true,
        why: "Nobody can write to the table, or use the index, until it is built.",
        instead: "REINDEX … CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\"")

    /// The rule `refresh-without-concurrently`.
    public static let refresh = LintRule(
        "refresh-without-concurrently", .warning, isAboutWork: true,
        why: "Nobody can read the view until its query is done.",
        instead: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index")

    /// The rule `concurrently-in-transaction`.
    public static let concurrentlyInTransaction = LintRule(
        "concurrently-in-transaction", .error, wayDown: .same,
        why: "The server refuses it inside a transaction.",
        instead: "put it into a revision of its own with the header line \"-- transaction: none\"")

    static let indexesRules: [LintRule] = [
        .createIndex, .dropIndex, .reindex, .refresh, .concurrentlyInTransaction,
    ]
}
