import PGSchemaSQL
package import PGWire

/// What is wrong with the values that an operation was given. The text is fit for a log: it names the field and never
/// holds the value.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another user has this e-mail address.
    case emailTaken
    /// There is no such user.
    case noSuchUser
    /// The text has more characters than its column takes.
    case tooLong(StoreField, limit: Int)
    /// The text has the character U+0000, which PostgreSQL cannot keep.
    case zeroCharacter(StoreField)
    /// The number is negative, or greater than PostgreSQL can count.
    case outOfRange(StoreField)
    /// It is no JSON, or none that `jsonb` can keep: for `\u0000`, half a surrogate pair, a number beyond `numeric`, or
    /// lists within lists beyond the server's stack.
    case badJSON(StoreField)
    /// The server refused a value for another reason: the error's code, and the constraint if one is violated.
    case refused(SQLState, constraint: String?)

    package var description: String {
        switch self {
        case .emailTaken: "the e-mail address belongs to another user already"
        case .noSuchUser: "there is no such user"
        case .tooLong(let field, let limit): "\(field.rawValue) is longer than \(limit) characters"
        case .zeroCharacter(let field): "\(field.rawValue) has the character U+0000, which PostgreSQL cannot store"
        case .outOfRange(let field): "\(field.rawValue) is negative or too large"
        case .badJSON(let field): "\(field.rawValue) is no JSON that PostgreSQL can store"
        case .refused(let state, let constraint):
            "the database refused a value (SQLSTATE \(state)\(constraint.map { ", constraint \($0.escapingControls)" } ?? ""))"
        }
    }

    /// What the server means by `error`, if it is about values: its own text may quote them. Nil for all other errors.
    init?(_ error: PostgresError) {
        guard case .server(let error) = error else { return nil }
        switch error.sqlState {
        case .foreignKeyViolation where error.constraintName?.ends(withBytesOf: "_user_id_fkey") == true:
            self = .noSuchUser
        default:
            let classes: [SQLState.Class] = [.dataException, .integrityConstraintViolation, .programLimitExceeded]
            guard classes.contains(error.sqlState.errorClass) else { return nil }
            self = .refused(error.sqlState, constraint: error.constraintName)
        }
    }
}

extension SQLState.Class {
    /// A value is too much for the server: too long, or too deep.
    static let programLimitExceeded = SQLState.Class(rawValue: "54")
}

/// What a ``StoreError`` is about, by the API's names.
package enum StoreField: String, Sendable {
    case email
    case displayName = "display_name"
    case emailTemplate = "email_template"
    case recipientName = "recipient_name"
    case recipientInterest = "recipient_interest"
    case emailMessage = "email_message"
    case metadata
    case currentStep = "current_step"
    case taskID = "celery_task_id"
    case pdfURL = "pdf_url"
    case templateText = "template_text"
    case userInstructions = "user_instructions"
    case limit
    case offset
    case page
    case perPage = "per_page"

    /// How many characters the database takes; nil for as many as there are.
    var limit: Int? {
        switch self {
        case .email, .displayName, .recipientName, .taskID: 255
        case .recipientInterest, .pdfURL: 500
        case .currentStep: 50
        default: nil
        }
    }
}

extension String {
    /// Throws when the column for `field` cannot hold the text. PostgreSQL counts code points, and drops blanks at the end
    /// that are too many.
    func check(_ field: StoreField) throws(StoreError) {
        if utf8.contains(0) { throw .zeroCharacter(field) }
        // No text has more code points than bytes.
        guard let limit = field.limit, utf8.count > limit else { return }
        guard unicodeScalars.dropFirst(limit).allSatisfy({ $0 == " " }) else { throw .tooLong(field, limit: limit) }
    }
}
