import PGWire

extension QueueItem {
    /// An item in its user's list, as the API shows it.
    package struct Listed: Sendable, Equatable, Encodable {
        package let id: QueueItem.ID
        package let recipientName: String
        package let status: Status
        /// From 1, among the pending items of all users; nil for one that does not wait.
        package let position: Int?
        package let emailID: Email.ID?
        package let errorMessage: String?
        package let currentStep: String?
        package let createdAt: Instant

        enum CodingKeys: String, CodingKey {
            case id
            case recipientName = "recipient_name"
            case status, position
            case emailID = "email_id"
            case errorMessage = "error_message"
            case currentStep = "current_step"
            case createdAt = "created_at"
        }

        /// The columns in the order of the properties.
        init(_ row: RowView) throws(PostgresError) {
            id = try row.decode(0)
            recipientName = try row.decode(1)
            status = try row.decode(2)
            position = try row.decode(3)
            emailID = try row.decode(4)
            errorMessage = try row.decode(5)
            currentStep = try row.decode(6)
            createdAt = try row.decode(7)
        }
    }
}
