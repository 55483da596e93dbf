/// What the administrator sees, as the API shows it.
package enum Admin {
    /// Numbers over everything.
    package struct Overview: Sendable, Equatable, Encodable {
        package let totalUsers: Int
        package let totalEmails: Int
        /// Completed items in percent of those that do not wait; this and the next two to two places, 0 when undefined.
        package let successRate: Double
        package let averageGenerationTime: Double
        package let totalTemplates: Int
        /// Confident e-mails in percent of all.
        package let confidenceRate: Double
        /// Failed items.
        package let errorCount: Int
        /// In the last 7 * 24 hours.
        package let emailsThisWeek: Int
        /// Those who had an e-mail made in the last 7 * 24 hours.
        package let activeUsersThisWeek: Int

        enum CodingKeys: String, CodingKey {
            case totalUsers = "total_users"
            case totalEmails = "total_emails"
            case successRate = "success_rate"
            case averageGenerationTime = "avg_gen_time_seconds"
            case totalTemplates = "total_templates"
            case confidenceRate = "confidence_rate"
            case errorCount = "error_count"
            case emailsThisWeek = "emails_this_week"
            case activeUsersThisWeek = "active_users_this_week"
        }
    }

    /// A user with what is counted of theirs.
    package struct UserSummary: Sendable, Equatable, Encodable {
        package let id: User.ID
        package let email: String
        package let displayName: String?
        package let generationCount: Int
        package let templateCount: Int
        package let onboarded: Bool
        package let createdAt: Instant
        package let actualEmailCount: Int
        package let queueSubmissions: Int
        package let failedCount: Int
        package let emailTemplate: String?

        enum CodingKeys: String, CodingKey {
            case id, email
            case displayName = "display_name"
            case generationCount = "generation_count"
            case templateCount = "template_count"
            case onboarded
            case createdAt = "created_at"
            case actualEmailCount = "actual_email_count"
            case queueSubmissions = "queue_submissions"
            case failedCount = "failed_count"
            case emailTemplate = "email_template"
        }
    }

    /// A calendar week, in UTC, in which e-mails were made.
    package struct Week: Sendable, Equatable, Encodable {
        /// The Monday, `2025-03-03`.
        package let week: String
        package let emailsGenerated: Int
        package let activeUsers: Int

        enum CodingKeys: String, CodingKey {
            case week
            case emailsGenerated = "emails_generated"
            case activeUsers = "active_users"
        }
    }
}
