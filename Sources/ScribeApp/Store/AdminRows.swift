import PGWire

/// The rows of ``Store/Administration``, with their columns in the order of its statements.
extension Admin.UserSummary {
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        email = try row.decode(1)
        displayName = try row.decode(2)
        generationCount = try row.decode(3)
        templateCount = try row.decode(4)
        onboarded = try row.decode(5)
        createdAt = try row.decode(6)
        actualEmailCount = try row.decode(7)
        queueSubmissions = try row.decode(8)
        failedCount = try row.decode(9)
        emailTemplate = try row.decode(10)
    }
}

extension Admin.EmailSummary {
    /// The total comes before the e-mail's columns.
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(1)
        recipientName = try row.decode(2)
        recipientInterest = try row.decode(3)
        emailMessage = try row.decode(4)
        templateType = try row.decode(5)
        isConfident = try row.decode(6)
        metadata = try row.decode(7)
        createdAt = try row.decode(8)
    }
}

extension Admin.TemplateSummary {
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        templateText = try row.decode(1)
        userInstructions = try row.decode(2)
        pdfURL = try row.decode(3)
        createdAt = try row.decode(4)
    }
}

extension Admin.QueueSummary {
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        recipientName = try row.decode(1)
        recipientInterest = try row.decode(2)
        status = try row.decode(3)
        currentStep = try row.decode(4)
        errorMessage = try row.decode(5)
        startedAt = try row.decode(6)
        completedAt = try row.decode(7)
        createdAt = try row.decode(8)
    }
}

extension Admin.Failure {
    init(_ row: RowView) throws(PostgresError) {
        id = try row.decode(0)
        userEmail = try row.decode(1)
        userDisplayName = try row.decode(2)
        recipientName = try row.decode(3)
        currentStep = try row.decode(4)
        errorMessage = try row.decode(5)
        createdAt = try row.decode(6)
        startedAt = try row.decode(7)
    }
}
