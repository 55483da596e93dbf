/// Pipelines whose statements are to see what was committed up to a place in the log.
extension Pipeline {
    /// Adds the question how far the server is, so that each statement after it sees at least that much.
    ///
    /// The question has a transaction of its own, in which a snapshot lasts for one statement: where the default is REPEATABLE
    /// READ, the snapshot would be older than the answer.
    mutating func addPosition() throws(PostgresError) -> Result<LogPosition.Values> {
        try execute("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
        let position = try fetchOne(LogPosition.query, as: LogPosition.Values.self)
        try execute("COMMIT")
        return position
    }

    /// Has what comes after it only read, each statement for so long at most.
    mutating func addReadOnly(_ timeout: Duration?) throws(PostgresError) {
        guard let timeout, timeout > .zero else {
            try execute("SELECT pg_catalog.set_config('transaction_read_only', 'on', true) IS NULL")
            return
        }
        let milliseconds = String(min(timeout.wholeMilliseconds, Int64(Int32.max)))
        try execute(
            """
            SELECT pg_catalog.set_config('transaction_read_only', 'on', true) IS NULL,
                pg_catalog.set_config('statement_timeout', \(milliseconds), true) IS NULL
            """)
    }
}

extension ConnectionHandle {
    /// Runs a pipeline that makes its own settings, outside of any transaction block.
    func runByItself<Results>(
        _ timeout: Duration?, _ body: (inout Pipeline) throws -> Results
    ) async throws -> (Results, PipelineResults) {
        try await withLock(timeout) { connection in
            guard connection.session.transactionStatus == .idle else {
                throw PostgresError.usage(
                    "a transaction is open on the connection: what reads after a place in the log has one of its own")
            }
            var pipeline = Pipeline(self, .zero)
            let results = try pipeline.fill { pipeline in
                let results = try body(&pipeline)
                // What came after a Sync would be in no transaction that cannot write.
                guard !pipeline.hasSyncs else {
                    throw PostgresError.usage("a pipeline that reads after a place in the log is all under one Sync")
                }
                return results
            }
            let answers = pipeline.results
            // That it does not write says nothing of the server.
            connection.isInReadOnlyTransaction = true
            defer { connection.isInReadOnlyTransaction = false }
            try await connection.run(pipeline, within: timeout)
            return (results, answers)
        }
    }
}
