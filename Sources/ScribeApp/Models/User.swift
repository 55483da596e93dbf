import PGWire

/// An account, as the API shows it.
package struct User: Sendable, Equatable, Encodable {
    /// Equal to the auth provider's user id.
    package typealias ID = Identifier<User>

    package let id: ID
    package let email: String
    package let displayName: String?
    /// How many e-mails were generated.
    package let generationCount: Int
    /// How many templates were generated.
    package let templateCount: Int
    package let onboarded: Bool
    package let emailTemplate: String?
    package let createdAt: Instant

    enum CodingKeys: String, CodingKey {
        case id, email
        case displayName = "display_name"
        case generationCount = "generation_count"
        case templateCount = "template_count"
        case onboarded
        case emailTemplate = "email_template"
        case createdAt = "created_at"
    }
}

extension User {
    static let columns: SQL = """
        id, email, display_name, generation_count, template_count, onboarded, email_template, created_at
        """

    /// The user of a row that begins with ``columns``.
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        email = try row.decode(1)
        displayName = try row.decode(2)
        generationCount = try row.decode(3)
        templateCount = try row.decode(4)
        onboarded = try row.decode(5)
        emailTemplate = try row.decode(6)
        createdAt = try row.decode(7)
    }
}
