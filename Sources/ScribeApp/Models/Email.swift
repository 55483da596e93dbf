import PGSchemaComparison
import PGWire

/// A generated e-mail, as the API shows it.
package struct Email: Sendable, Equatable, Encodable {
    package typealias ID = Identifier<Email>

    package let id: ID
    package let userID: User.ID
    package let recipientName: String
    package let recipientInterest: String
    package let emailMessage: String
    package let templateType: TemplateType
    package let metadata: RawJSON
    package let isConfident: Bool
    /// False when the user has discarded it.
    package let displayed: Bool
    package let createdAt: Instant

    enum CodingKeys: String, CodingKey {
        case id
        case userID = "user_id"
        case recipientName = "recipient_name"
        case recipientInterest = "recipient_interest"
        case emailMessage = "email_message"
        case templateType = "template_type"
        case metadata
        case isConfident = "is_confident"
        case displayed
        case createdAt = "created_at"
    }

    /// What a worker has written.
    package struct Draft: Sendable {
        /// The e-mail's id, made here so that the same draft can be handed in again when nobody knows whether it arrived.
        package let id: Email.ID
        package let message: String
        package let templateType: TemplateType
        package let metadata: RawJSON
        package let isConfident: Bool

        package init(
            id: Email.ID = .init(), message: String, templateType: TemplateType, metadata: RawJSON = "{}",
            isConfident: Bool = false
        ) {
            self.id = id
            self.message = message
            self.templateType = templateType
            self.metadata = metadata
            self.isConfident = isConfident
        }
    }

    /// How many e-mails a user has.
    package struct Counts: Sendable, Equatable {
        package let displayed: Int
        package let discarded: Int
    }
}

extension Email {
    static let columns: SQL = """
        id, user_id, recipient_name, recipient_interest, email_message, template_type, metadata, is_confident, displayed,
        created_at
        """

    /// The e-mail of a row that begins with ``columns``.
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        userID = try row.decode(1)
        recipientName = try row.decode(2)
        recipientInterest = try row.decode(3)
        emailMessage = try row.decode(4)
        templateType = try row.decode(5)
        metadata = try row.decode(6)
        isConfident = try row.decode(7)
        displayed = try row.decode(8)
        createdAt = try row.decode(9)
    }
}
