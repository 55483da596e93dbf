extension ServerError {
    /// The same error of a login, saying in one sentence who refused whom, and what to do about it.
    func ofLogin(to endpoint: Endpoint, user: String, database: String) -> ServerError {
        var error = self
        let role = "role \"\(user)\""
        let database = "database \"\(database)\""
        let advice: String? =
            switch error.sqlState {
            case .invalidPassword: "check the password, and that \(role) exists"
            case .invalidAuthorizationSpecification:
                "check that \(role) exists and that the server's pg_hba.conf lets it in from here"
            case .invalidCatalogName: "check the name of \(database), or create it"
            case .tooManyConnections: "close connections, or raise the server's or the pooler's limit"
            case .cannotConnectNow: "the server is starting up or shutting down; try again in a moment"
            case .insufficientPrivilege: "grant \(role) the right to connect to \(database)"
            case .protocolViolation where error.message.utf8.contains("authentication".utf8):
                "a pooler says so when the password is wrong or it does not know \(role); check both"
            case .protocolViolation
            where error.message.utf8.contains("no such database".utf8)
                || error.message.utf8.contains("database".utf8) && error.message.utf8.contains("does not exist".utf8):
                "check the name of \(database), and the pooler's list of databases"
            case .protocolViolation where error.message.utf8.contains("startup parameter".utf8):
                "the pooler takes only the usual startup parameters; remove those that were added"
            default: nil
            }
        error.summary =
            "login to \(endpoint) as \(role.escapingControls) refused: \(error.message.escapingControls) "
            + "(SQLSTATE \(error.sqlState))"
            + (advice.map { "; \($0.escapingControls)" } ?? "")
        return error
    }
}

extension ServerError {
    /// Notes the text that the error is about, in front of which so many Unicode scalars were sent.
    mutating func locate(in sql: String, after offset: Int = 0) {
        // What a server says may be any number.
        position = position.flatMap { position in
            let (place, overflow) = position.subtractingReportingOverflow(offset)
            return overflow || place < 1 ? nil : place
        }
        self.sql = sql
    }
}
