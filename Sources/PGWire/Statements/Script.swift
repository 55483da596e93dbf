/// What one statement of a script did.
public struct StatementResult: Sendable {
    /// What it was and how many rows it concerned.
    public var tag: CommandTag
    /// Its rows, in text format.
    public var rows: [Row]
}

extension Queryable where Self: ~Copyable {
    /// Runs text with any number of statements, separated by semicolons, through the simple protocol (manual:
    /// "Multiple Statements in a Simple Query"): unless the text says otherwise all of it is one transaction. It takes no
    /// parameters. Rows come in text format.
    ///
    /// The timeout holds for all of it, and the client enforces it by a cancel request.
    @discardableResult
    public func execute(script: String, timeout: Duration? = nil) async throws -> [StatementResult] {
        try await _handle.execute(script: script, timeout: timeout)
    }
}

/// One Query message goes out; rows and tag of each statement, and ReadyForQuery at the end, come back.
extension ConnectionHandle {
    fileprivate func execute(script: String, timeout: Duration?) async throws -> [StatementResult] {
        try await withLock(timeout) { connection in
            try await connection.liftTimeout(for: timeout)
            return try await connection.observed {
                connection.statementBegins(script: script)
            } _: {
                try connection.sendSimple(script)
                let limit = PhysicalConnection.Limit(deadline: connection.effectiveTimeout(timeout).map { .now + $0 })
                return try await connection.cancelling(timeout) { try await connection.results(of: script, limit) }
            } end: { results in
                connection.statementEnds(results.last?.tag, rows: results.reduce(0) { $0 + $1.rows.count })
            }
        }
    }
}

extension PhysicalConnection {
    fileprivate func results(of script: String, _ limit: Limit) async throws -> [StatementResult] {
        var results: [StatementResult] = []
        var columns = Columns([])
        var rows: [Row] = []
        var outcome = StatementOutcome()
        return try await receiveEach(limit) { event in
            switch event {
            case .columns(let new): columns = new
            case .row(let values): rows.append(Row(columns: columns, chunk: session.input.chunk, values: values))
            case .complete(let tag):
                results.append(StatementResult(tag: tag, rows: rows))
                rows = []
            default: break
            }
            return try outcome.receive(event, of: script, self) == nil ? nil : results
        }
    }
}
