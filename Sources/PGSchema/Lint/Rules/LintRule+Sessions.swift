// Rules on transactions and sessions. A new rule also goes into the list at the end.
extension LintRule {
    /// `transaction-control`: BEGIN, COMMIT, ROLLBACK and the like.
    public static let transactionControl = LintRule(
        "transaction-control", .error, wayDown: .same,
        why: "The revision and its version row are one transaction, which this would end.",
        instead: "leave it out; \"-- transaction: none\" in the header is for what cannot run in a transaction")

    /// `session-setting`: SET without LOCAL, RESET, or `set_config` for the session.
    public static let sessionSetting = LintRule(
        "session-setting", .error, wayDown: .same,
        why: "It stays with the server connection that a transaction pooler gives to somebody else next.",
        instead: "SET LOCAL, or set_config(…, true)")

    /// `session-lock`: an advisory lock that the session holds.
    public static let sessionLock = LintRule(
        "session-lock", .error, wayDown: .same,
        why: "A session's advisory lock stays with the pooler's server connection, where nobody can release it.",
        instead: "pg_advisory_xact_lock; the migrator holds one of its own")

    /// `session-state`: LISTEN, PREPARE, WITH HOLD, or a temporary table that outlives the transaction.
    public static let sessionState = LintRule(
        "session-state", .error, wayDown: .same,
        why: "It belongs to a session, and behind a transaction pooler the session is somebody else's next.",
        instead: "do without it; a temporary table can be one with ON COMMIT DROP")

    static let sessionRules: [LintRule] = [
        .transactionControl, .sessionSetting, .sessionLock, .sessionState,
    ]
}
