extension Admin {
    /// A user's e-mail; discarded ones are shown too.
    package struct EmailSummary: Sendable, Equatable, Encodable {
        package let id: Email.ID
        package let recipientName: String
        package let recipientInterest: String
        package let emailMessage: String
        package let templateType: TemplateType
        package let isConfident: Bool
        package let metadata: RawJSON
        package let createdAt: Instant

        enum CodingKeys: String, CodingKey {
            case id
            case recipientName = "recipient_name"
            case recipientInterest = "recipient_interest"
            case emailMessage = "email_message"
            case templateType = "template_type"
            case isConfident = "is_confident"
            case metadata
            case createdAt = "created_at"
        }
    }

    /// A page of a user's e-mails.
    package struct EmailPage: Sendable, Equatable, Encodable {
        package let items: [EmailSummary]
        /// How many there are on all pages.
        package let total: Int
        /// This page's number, from 1.
        package let page: Int
        package let perPage: Int
        /// How many pages there are; at least 1.
        package let pages: Int

        enum CodingKeys: String, CodingKey {
            case items, total, page
            case perPage = "per_page"
            case pages
        }
    }

    /// A user's template.
    package struct TemplateSummary: Sendable, Equatable, Encodable {
        package let id: Template.ID
        package let templateText: String
        package let userInstructions: String
        package let pdfURL: String
        package let createdAt: Instant

        enum CodingKeys: String, CodingKey {
            case id
            case templateText = "template_text"
            case userInstructions = "user_instructions"
            case pdfURL = "pdf_url"
            case createdAt = "created_at"
        }
    }

    /// A user's queue item, however old.
    package struct QueueSummary: Sendable, Equatable, Encodable {
        package let id: QueueItem.ID
        package let recipientName: String
        package let recipientInterest: String
        package let status: QueueItem.Status
        package let currentStep: String?
        package let errorMessage: String?
        package let startedAt: Instant?
        package let completedAt: Instant?
        package let createdAt: Instant

        enum CodingKeys: String, CodingKey {
            case id
            case recipientName = "recipient_name"
            case recipientInterest = "recipient_interest"
            case status
            case currentStep = "current_step"
            case errorMessage = "error_message"
            case startedAt = "started_at"
            case completedAt = "completed_at"
            case createdAt = "created_at"
        }
    }

    /// An item that failed.
    package struct Failure: Sendable, Equatable, Encodable {
        package let id: QueueItem.ID
        package let userEmail: String
        package let userDisplayName: String?
        package let recipientName: String
        package let currentStep: String?
        package let errorMessage: String?
        package let createdAt: Instant
        package let startedAt: Instant?

        enum CodingKeys: String, CodingKey {
            case id
            case userEmail = "user_email"
            case userDisplayName = "user_display_name"
            case recipientName = "recipient_name"
            case currentStep = "current_step"
            case errorMessage = "error_message"
            case createdAt = "created_at"
            case startedAt = "started_at"
        }
    }
}
