/// Calls for many elements.
extension ConnectionHandle {
    /// Carries out a statement for each element that `fill` writes, and returns how many rows its tags have counted.
    ///
    /// - Parameters:
    ///   - formats: those of the rows; nil where they are not wanted.
    ///   - row: takes each row, and the index of its element.
    @usableFromInline
    func runMany(
        _ sql: SQL, _ formats: ResultFormats?, _ points: CommitPoints, _ timeout: Duration?,
        row: (RowView, Int) throws -> Void = { _, _ in }, _ fill: (ElementWriter) async throws -> Bool
    ) async throws -> Int {
        let limit = try Self.checkMany(sql, points)
        if try !lockIfIdle() { try await lock(timeout) }
        defer { unlock() }
        let connection = connection
        if let problem = sql.quotingProblem, connection.readsBackslashesAsText { throw problem }
        connection.noteMeaning(of: sql)
        let statement = try RepeatedStatement(connection, sql, formats, limit: limit, timeout)
        do {
            try await statement.run(row, fill)
        } catch {
            if statement.hasBegun, connection.observation != nil { connection.statementFails(error) }
            throw error
        }
        if statement.hasBegun, connection.observation != nil {
            let writer = statement.writer
            connection.statementEnds(statement.tag, rows: statement.rows, elements: writer.earlier + writer.count)
        }
        return statement.affected
    }

    /// ``runMany(_:_:_:_:row:_:)`` where elements are waited for. What gives them must not wait for this connection.
    @usableFromInline
    func runManyAwaited(
        _ sql: SQL, _ formats: ResultFormats?, _ points: CommitPoints, _ timeout: Duration?,
        row: (RowView, Int) throws -> Void = { _, _ in }, _ fill: (ElementWriter) async throws -> Bool
    ) async throws -> Int {
        let mark = CopyInProgress(self, "a call for many elements")
        defer { mark.end() }
        return try await runMany(sql, formats, points, timeout, row: row) { writer in
            let hasMore = try await Self.$copies.withValue(Self.copies + [mark]) { try await fill(writer) }
            // Some sequences end when their task is cancelled, and that is not to be taken for their end.
            if !hasMore, Task.isCancelled { throw CancellationError() }
            return hasMore
        }
    }

    /// Looks at what can be told before anything is sent, and returns how many elements a transaction has at most.
    private static func checkMany(_ sql: SQL, _ points: CommitPoints) throws(PostgresError) -> Int {
        if let problem = sql.problem { throw problem }
        // Others have no parameters, or end transactions.
        guard sql.isPlanned else {
            throw .usage(
                "executeMany and fetchMany run a SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or WITH for each element, and this is "
                    + "another statement: run it by execute")
        }
        switch points {
        case .atEnd: return .max
        case .every(let count):
            guard count > 0 else { throw .usage("a commit after every \(count) elements is none: say at least 1") }
            return count
        }
    }
}
