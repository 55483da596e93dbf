/// An open transaction. Only the closure that it was given to can use it.
public struct Transaction: Queryable, ~Copyable {
    /// What ``Queryable`` works on; of no use to others.
    public let _handle: ConnectionHandle

    fileprivate static let over = "the transaction is over: use it only inside the closure that it was given to"
}

/// How much a transaction sees of others at the same time (manual: "Transaction Isolation").
public enum IsolationLevel: String, Sendable, CaseIterable {
    /// Each statement sees what was committed before it began. The server's usual default.
    case readCommitted = "READ COMMITTED"
    /// The whole transaction sees what was committed before its first statement.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; may fail with `40001`, so ask for retries.
    case serializable = "SERIALIZABLE"
}

extension Connection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    ///
    /// Errors of `body` come out unchanged. Other tasks' calls on this connection wait until the transaction is over.
    ///
    /// ```swift
    /// let id = try await db.transaction(isolation: .serializable, retries: 3) { tx in
    ///     try await tx.fetchOne("INSERT INTO player (name) VALUES (\(name)) RETURNING id", as: Int64.self)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - isolation: nil for the server's default.
    ///   - retries: how often `body` is run again when the server rolled the transaction back because of others at the
    ///     same time (`40001`, `40P01`), so `body` must be fit to be repeated.
    /// - Throws: what `body` throws; ``PostgresError/commitOutcomeUnknown(_:)`` when the connection was lost between COMMIT and
    ///   its answer; ``PostgresError/usage(_:)`` when a statement had failed, `body` went on regardless, and so the server rolled
    ///   back instead of committing.
    @discardableResult
    public func transaction<R>(
        isolation: IsolationLevel? = nil, readOnly: Bool = false, deferrable: Bool = false, retries: Int = 0,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        var begin = "BEGIN"
        if let isolation { begin += " ISOLATION LEVEL \(isolation.rawValue)" }
        if readOnly { begin += " READ ONLY" }
        if deferrable { begin += " DEFERRABLE" }
        var attempt = 0
        while true {
            do {
                return try await runTransaction(begin, body)
            } catch let error as PostgresError where error.isTransactionRetryable && attempt < retries {
                attempt += 1
                // Those who collided must not collide again at once.
                let longest = min(10 << min(attempt, 6), 500)
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...longest)))
            }
        }
    }

    private func runTransaction<R>(
        _ begin: String, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        try await _handle.withLock { connection in
            let handle = ConnectionHandle(connection, isTransaction: true)
            // Nothing is set on the server before it, which would be the transaction's first statement; the client gives it
            // up when its time is over, as where a pooler has no server to give.
            _ = try await handle.forEachRow(SQL(raw: begin), .text, timeout: nil) { _ in }
            let result: R
            do {
                result = try await ConnectionHandle.$transactions.withValue(ConnectionHandle.transactions + [handle]) {
                    try await body(Transaction(_handle: handle))
                }
                await handle.invalidate(Transaction.over)
            } catch {
                await handle.invalidate(Transaction.over)
                await connection.rollBack()
                throw error
            }
            try await connection.commit()
            return result
        }
    }
}

/// BEGIN is a statement like any other. These two are not given up when their task is cancelled.
extension PhysicalConnection {
    /// Commits. It is not given up when the task is cancelled: half a commit tells nobody what has become of it.
    fileprivate func commit() async throws {
        // Up to here a lost connection means for certain that nothing was committed.
        try checkOpen()
        do {
            // What a statement has left is waited for as for a statement.
            try await settle(self.limit(for: nil))
        } catch let interruption as Interruption {
            let error = await cancel(after: interruption, nil)
            await rollBack()
            throw error
        }
        let limit = Limit(
            deadline: self.limit(for: nil).deadline ?? .now + .seconds(30), ignoresCancellation: true, isStrict: true)
        let tag: CommandTag
        do {
            tag = try await run("COMMIT", limit)
        } catch Interruption.timedOut {
            let lost = ConnectionError.lost(endpoint, because: Transport.Failure.timedOut.reason, isUnderWay: true)
            fail(.connection(lost))
            throw PostgresError.commitOutcomeUnknown(lost)
        } catch PostgresError.connection(let error) where error.reason == .lost || error.reason == .closed {
            throw PostgresError.commitOutcomeUnknown(error)
        }
        guard tag.command == "COMMIT" else {
            throw PostgresError.usage(
                "the transaction was rolled back instead of committed, because a statement in it had failed: let the error "
                    + "leave the closure instead of going on")
        }
    }

    /// Rolls back; a connection that cannot even do that is closed, which rolls back too.
    fileprivate func rollBack() async {
        guard closure == nil else { return }
        do {
            let limit = Limit.cleanup()
            try await settle(limit, undoing: true)
            guard session.transactionStatus != .idle else { return }
            _ = try await run("ROLLBACK", limit)
        } catch {
            close()
        }
    }

    private func run(_ statement: SQL, _ limit: Limit) async throws -> CommandTag {
        try send(statement, .text, timeout: .zero, keepingTimeout: true)
        var outcome = StatementOutcome()
        return try await receive(limit) {
            nil
        } event: { event in
            try outcome.receive(event, of: statement, .zero, self)
        }
    }
}
