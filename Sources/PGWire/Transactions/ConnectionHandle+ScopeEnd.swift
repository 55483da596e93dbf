/// What a scope does at its end for the session, such as to give back what it has.
extension ConnectionHandle {
    /// Holds the lock for `body`, whether or not the task is cancelled. When that cannot be done, the connection is closed, which
    /// gives back all that it has.
    func atScopeEnd(_ body: (PhysicalConnection) async throws -> Void) async throws {
        do {
            // Others may use the connection, and come to their end first.
            try await lock(nil)
        } catch {
            // The task is cancelled, or somebody keeps the connection who will not give it back. Many who only use it come to their
            // end first, and are not to lose it.
            guard await lockForCleanup(within: .seconds(30)) else {
                connection.abort()
                throw PostgresError.connection(.closedMeanwhile(connection.endpoint))
            }
        }
        defer { unlock() }
        // A pool that has taken the connection back has closed it, or lent it to somebody who is using it by now.
        try checkValid()
        try await body(connection)
    }
}

extension PhysicalConnection {
    /// Runs `body` once nothing is left to read. When it does not end in time, or fails, the connection is closed.
    func inOrder<R>(_ body: (Limit) async throws -> R) async throws -> R {
        try checkOpen()
        do {
            let limit = Limit.cleanup()
            try await drain(limit)
            return try await body(limit)
        } catch Interruption.timedOut {
            throw fail(.connection(.lost(endpoint, because: Transport.Failure.timedOut.reason, isUnderWay: true)))
        } catch {
            close()
            throw error
        }
    }

    /// The answer of a statement with one row and one column; nil for NULL and for no row.
    func answer(_ sql: SQL, _ timeout: Duration?, _ limit: Limit) async throws -> Bool? {
        try await observed {
            statementBegins(sql)
        } _: {
            try await carryOut(sql, timeout, limit)
        } end: { tag, _ in
            statementEnds(tag)
        }.answer
    }

    private func carryOut(_ sql: SQL, _ timeout: Duration?, _ limit: Limit) async throws -> (
        tag: CommandTag, answer: Bool?
    ) {
        try send(sql, .text, timeout: timeout)
        var answer: Bool?
        var outcome = StatementOutcome()
        let tag = try await receiveEach(limit) { event in
            guard case .row(let values) = event else { return try outcome.receive(event, of: sql, timeout, self) }
            outcome.hasRows = true
            if let columns = batch.eventColumns {
                answer = try Row(columns: columns, chunk: session.input.chunk, values: values).decode(0, as: Bool?.self)
            }
            return nil
        }
        return (tag, answer)
    }
}
