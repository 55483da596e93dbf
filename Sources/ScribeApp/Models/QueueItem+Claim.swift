import PGWire

extension QueueItem {
    /// An item that a worker has taken, with all that it needs to know.
    ///
    /// It holds as long as nobody takes the item back. `startedAt` tells this claim from a later one, so that a worker which
    /// was given up for lost cannot disturb the next.
    package struct Claim: Sendable, Equatable {
        package let id: QueueItem.ID
        package let userID: User.ID
        package let recipientName: String
        package let recipientInterest: String
        package let emailTemplate: String
        package let startedAt: Instant
        /// Whether somebody has tried before, and was lost or has given the item back: then it is not to be given back again.
        package let isRetry: Bool

        static let columns: SQL = """
            item.id, item.user_id, item.recipient_name, item.recipient_interest, item.email_template, item.started_at
            """

        /// The claim of a row of ``columns`` and whether it is a retry.
        init(_ row: RowView) throws(PostgresError) {
            id = try row.decode(0)
            userID = try row.decode(1)
            recipientName = try row.decode(2)
            recipientInterest = try row.decode(3)
            emailTemplate = try row.decode(4)
            startedAt = try row.decode(5)
            isRetry = try row.decode(6)
        }
    }

    /// What became of the items of workers that were lost.
    package struct Reclaimed: Sendable, Equatable {
        /// They wait again.
        package let waiting: [QueueItem.ID]
        /// They have failed, as it was not the first time.
        package let failed: [QueueItem.ID]
    }

    /// What came of a worker's change to an item that it had claimed.
    package enum ClaimOutcome: Sendable, Equatable {
        /// It is done.
        case done
        /// The item is no more: its user has cancelled it. Nothing was written.
        case gone
        /// The claim holds no more, and the item is in this state: `processing` when another worker has it. Nothing was
        /// written.
        case lost(Status)
    }

    /// What came of a user's wish to cancel an item.
    package enum Cancellation: Sendable, Equatable {
        /// It is deleted. The task that another program's queue has for it, if any, is to be revoked.
        case cancelled(taskID: String?)
        /// There is no such item.
        case absent
        /// It is another user's, who must not be told apart from nobody.
        case notOwned
        /// It does not wait any more.
        case notPending(Status)
    }
}
