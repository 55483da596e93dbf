import PGSchemaComparison
import PGWire

/// A template made from a PDF file, as the API shows it.
package struct Template: Sendable, Equatable, Encodable {
    package typealias ID = Identifier<Template>

    package let id: ID
    package let userID: User.ID
    package let pdfURL: String
    package let templateText: String
    package let userInstructions: String
    package let createdAt: Instant

    enum CodingKeys: String, CodingKey {
        case id
        case userID = "user_id"
        case pdfURL = "pdf_url"
        case templateText = "template_text"
        case userInstructions = "user_instructions"
        case createdAt = "created_at"
    }

    /// A template to be stored.
    package struct Draft: Sendable {
        /// The template's id, made here so that the same draft can be handed in again when nobody knows whether it arrived.
        package let id: Template.ID
        package let pdfURL: String
        package let templateText: String
        package let userInstructions: String

        package init(id: Template.ID = .init(), pdfURL: String, templateText: String, userInstructions: String) {
            self.id = id
            self.pdfURL = pdfURL
            self.templateText = templateText
            self.userInstructions = userInstructions
        }
    }
}

extension Template {
    static let columns: SQL = "id, user_id, pdf_url, template_text, user_instructions, created_at"

    /// The template of a row that begins with ``columns``.
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        userID = try row.decode(1)
        pdfURL = try row.decode(2)
        templateText = try row.decode(3)
        userInstructions = try row.decode(4)
        createdAt = try row.decode(5)
    }
}
