// Rules on indexes. A new rule also goes into the list at the end.
extension LintRule {
    /// `index-without-concurrently`: CREATE INDEX without CONCURRENTLY, on a table that exists.
    public static let createIndex = LintRule(
        "index-without-concurrently", .error, isAboutDuration: true,
        why: "Nobody can write to the table until the index is built.",
        instead: "CREATE INDEX CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\"")

    /// `drop-index-without-concurrently`: DROP INDEX without CONCURRENTLY.
    public static let dropIndex = LintRule(
        "drop-index-without-concurrently", .warning,
        why: "It waits for all queries on the table, and blocks all others meanwhile.",
        instead: "DROP INDEX CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\"")

    /// `reindex-without-concurrently`: REINDEX without CONCURRENTLY.
    public static let reindex = LintRule(
        "reindex-without-concurrently", .error, isAboutDuration: true,
        why: "Nobody can write to the table, or use the index, until it is built.",
        instead: "REINDEX … CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\"")

    /// `refresh-without-concurrently`: REFRESH MATERIALIZED VIEW without CONCURRENTLY.
    public static let refresh = LintRule(
        "refresh-without-concurrently", .warning, isAboutDuration: true,
        why: "Nobody can read the view until its query is done.",
        instead: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index")

    /// `concurrently-in-transaction`: a statement that the server refuses in a transaction block, in a revision that is one.
    public static let concurrentlyInTransaction = LintRule(
        "concurrently-in-transaction", .error, wayDown: .same,
        why: "The server refuses it inside a transaction.",
        instead: "put it into a revision of its own with the header line \"-- transaction: none\"")

    static let indexRules: [LintRule] = [
        .createIndex, .dropIndex, .reindex, .refresh, .concurrentlyInTransaction,
    ]
}
