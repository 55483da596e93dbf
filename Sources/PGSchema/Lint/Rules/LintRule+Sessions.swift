// The rules on transactions and sessions. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `transaction-control`.
    public static let transactionControl = LintRule(
        "transaction-control", .error, wayDown: .same,
        why: "The revision and its version row are one transaction, which this would end.",
        instead: "leave it out; \"-- transaction: none\" in the header is for what cannot run in a transaction")

    /// The rule `session-setting`.
    public static let sessionSetting = LintRule(
        "session-setting", .error, wayDown: .same,
        why: "It stays with the server connection that a transaction pooler gives to somebody else next.",
        instead: "SET LOCAL, or set_config(…, true)")

    /// The rule `session-lock`.
    public static let sessionLock = LintRule(
        "session-lock", .error, wayDown: .same,
        why: "A session's advisory lock stays with the pooler's server connection, where nobody can release it.",
        instead: "pg_advisory_xact_lock; the migrator holds one of its own")

    /// The rule `session-state`.
    public static let sessionState = LintRule(
        "session-state", .error, wayDown: .same,
        why: "It belongs to a session, and behind a transaction pooler the session is somebody else's next.",
        instead: "do without it; a temporary table can be one with ON COMMIT DROP")

    static let sessionsRules: [LintRule] = [
        .transactionControl, .sessionSetting, .sessionLock, .sessionState,
    ]
}
