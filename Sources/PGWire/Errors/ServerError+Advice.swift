extension ServerError {
    /// What to do about an error whose message alone does not say it to somebody who writes for this driver.
    var adviceForStatement: String? {
        switch sqlState {
        case .indeterminateDatatype:
            "A Swift String is sent without a type, so that the server can infer it: write $1::text where it cannot."
        case .activeSqlTransaction:
            "It must stand alone, or come first: run it outside of a transaction and of a pipeline."
        case .invalidSqlStatementName:
            "A prepared statement does not outlive its transaction behind a transaction pooler."
        default: nil
        }
    }
}
