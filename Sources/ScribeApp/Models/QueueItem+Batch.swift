extension QueueItem {
    /// To whom an e-mail is to be written.
    package struct Recipient: Sendable, Equatable {
        package let name: String
        package let interest: String

        package init(name: String, interest: String) {
            self.name = name
            self.interest = interest
        }

        func check() throws(StoreError) {
            try name.check(.recipientName)
            try interest.check(.recipientInterest)
        }
    }

    /// Items that are submitted together.
    ///
    /// All of them get the same `created_at`, the start of their transaction, and the table has no column for their order.
    /// So their ids say it: they are random as any, and sorted, so that (created_at, id) is the order in which they were
    /// given. As they are made here, the same batch can be handed in again when nobody knows whether it arrived.
    package struct Batch: Sendable {
        package let userID: User.ID
        package let emailTemplate: String
        package let recipients: [Recipient]
        /// One for each recipient, ascending.
        package let ids: [QueueItem.ID]

        /// - Throws: ``StoreError`` for a text that could not be stored, or not be made an e-mail of later: `emails` takes
        ///   only 500 characters of `recipient_interest`, which `queue_items` does not limit.
        package init(userID: User.ID, emailTemplate: String, recipients: [Recipient]) throws(StoreError) {
            try emailTemplate.check(.emailTemplate)
            for recipient in recipients { try recipient.check() }
            self.userID = userID
            self.emailTemplate = emailTemplate
            self.recipients = recipients
            ids = recipients.map { _ in QueueItem.ID() }.sorted()
        }
    }
}
