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

extension ServerError {
    /// Notes the text that the error is about, in front of which so many Unicode scalars were sent.
    mutating func locate(in sql: String, after offset: Int = 0) {
        self.sql = sql
        // What a server says may be any number.
        position = position.flatMap { position in
            let (place, overflow) = position.subtractingReportingOverflow(offset)
            return overflow || place < 1 ? nil : place
        }
    }
}
