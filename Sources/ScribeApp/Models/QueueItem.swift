import PGWire

/// A request for one e-mail, which waits in the queue, is worked on, or is done with.
package struct QueueItem: Sendable, Equatable {
    package typealias ID = Identifier<QueueItem>

    package let id: ID
    package let userID: User.ID
    package let recipientName: String
    package let recipientInterest: String
    /// The copy that was taken when the item was submitted.
    package let emailTemplate: String
    package let status: Status
    /// By which another program's task queue knows it.
    package let taskID: String?
    package let emailID: Email.ID?
    package let errorMessage: String?
    package let currentStep: String?
    package let createdAt: Instant
    package let startedAt: Instant?
    /// When it was completed or failed; when a try has ended before, if it waits or is worked on again.
    package let completedAt: Instant?

    /// Where an item is. The database keeps it as text without a check, so another program's word is possible there: it is
    /// shown as it is, and such an item is neither claimed nor cancelled.
    package enum Status: Sendable, Hashable, RawRepresentable, Encodable, PostgresEnum {
        case pending
        case processing
        case completed
        case failed
        case other(String)

        package init(rawValue: String) {
            let known: [Status] = [.pending, .processing, .completed, .failed]
            self = known.first { $0.rawValue == rawValue } ?? .other(rawValue)
        }

        package var rawValue: String {
            switch self {
            case .pending: "pending"
            case .processing: "processing"
            case .completed: "completed"
            case .failed: "failed"
            case .other(let word): word
            }
        }
    }
}

extension QueueItem {
    static let columns: SQL = """
        id, user_id, recipient_name, recipient_interest, email_template, status, celery_task_id, email_id, error_message,
        current_step, created_at, started_at, completed_at
        """

    /// The item of a row that begins with ``columns``.
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        userID = try row.decode(1)
        recipientName = try row.decode(2)
        recipientInterest = try row.decode(3)
        emailTemplate = try row.decode(4)
        status = try row.decode(5)
        taskID = try row.decode(6)
        emailID = try row.decode(7)
        errorMessage = try row.decode(8)
        currentStep = try row.decode(9)
        createdAt = try row.decode(10)
        startedAt = try row.decode(11)
        completedAt = try row.decode(12)
    }
}
