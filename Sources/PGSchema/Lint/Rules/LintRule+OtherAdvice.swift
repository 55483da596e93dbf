extension LintRule {
    /// Of the rules on types, rows, sessions and the revision as a whole.
    package var otherAdvice: (String, String) {
        switch self {
        case .typeResidue:
            (
                "The way down leaves it behind, and the next way up finds it there.",
                "drop it in the part \"-- down\""
            )
        case .enumValueInUse:
            (
                "A value that was added cannot be used before its transaction has ended.",
                "use the value in the next revision"
            )
        case .renameEnumValue:
            (
                "Programs of the version before still write and expect the old word.",
                "add the new value, let programs move to it, and change the rows in batches"
            )
        case .renameType:
            (
                "Programs of the version before still name it, in casts for example.",
                "leave the name"
            )
        case .unfiltered:
            (
                "It changes every row in one transaction, which locks them all and leaves the table twice its size.",
                "change the rows in batches, each with its own WHERE"
            )
        case .backfillUnderLock:
            (
                "Rows are changed while a statement before it still keeps everybody else from a table.",
                "change the rows in a revision of its own"
            )
        case .failsOnRows:
            (
                "It failed on the few rows that lint makes up, and passed without rows.",
                "make sure that the rows that there are satisfy it, for example by an UPDATE in the revision before"
            )
        case .existingRows:
            (
                "The database has rows that it does not hold for, so it will fail there.",
                "correct the rows first, by a revision of its own"
            )
        case .transactionControl:
            (
                "The revision and its version row are one transaction, which this would end.",
                "leave it out; \"-- transaction: none\" in the header is for what cannot run in a transaction"
            )
        case .sessionSetting:
            (
                "It stays with the server connection that a transaction pooler gives to somebody else next.",
                "SET LOCAL, or set_config(…, true)"
            )
        case .sessionLock:
            (
                "A session's advisory lock stays with the pooler's server connection, where nobody can release it.",
                "pg_advisory_xact_lock; the migrator holds one of its own"
            )
        case .sessionState:
            (
                "It belongs to a session, and behind a transaction pooler the session is somebody else's next.",
                "do without it; a temporary table can be one with ON COMMIT DROP"
            )
        case .ifNotExists:
            (
                "If something of that name is there it is taken for the right one, whatever it is.",
                "leave IF NOT EXISTS out, so that a difference shows"
            )
        case .irreversible:
            (
                "The part \"-- down\" takes nothing back.",
                "write what takes it back, or allow this with the reason why nothing can"
            )
        case .fails:
            ("The server refused it.", "correct it")
        case .badAllowance:
            (
                "It allows nothing as it is written.",
                "-- lint: allow RULE because REASON, directly before the statement; `migrate lint --rules` lists the rules"
            )
        case .unusedAllowance:
            (
                "What it allows is not found there.",
                "remove it, or put it directly before the statement that it is about"
            )
        default: ("", "")
        }
    }
}
