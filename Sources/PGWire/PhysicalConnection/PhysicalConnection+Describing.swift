/// Statements that are only described (manual: "Extended Query").
extension PhysicalConnection {
    /// Writes what has the server read a statement and describe it, and not carry it out.
    ///
    /// - Parameter isKept: whether it is to stay prepared, where the server can keep it.
    func sendDescription(_ sql: SQL, isKept: Bool, timeout: Duration?) throws(PostgresError) {
        try sendBatch { () throws(PostgresError) in
            try addTimeout(timeout)
            if let problem = sql.problem { throw problem }
            if let problem = sql.quotingProblem, readsBackslashesAsText { throw problem }
            var statement = ExtendedQuery.Statement(describes: true)
            (statement.binds, statement.isDescribedOnly) = (false, true)
            let (entry, name) = isKept ? try prepare(sql, &statement) : (nil, "")
            if statement.parses {
                try FrontendMessage.parse(
                    statement: name, sql: sql.text, parameterTypes: sql.parameters.types, to: &session.output)
            }
            try FrontendMessage.describe(.statement, name: name, to: &session.output)
            batch.add(statement, .init(entry: entry, request: ResultRequest(.text, .text, nil)))
        }
    }
}
