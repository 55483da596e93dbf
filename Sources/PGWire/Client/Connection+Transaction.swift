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
        try await channel.withTurn { wire in
            let inner = Channel(wire, isOuter: false)
            // As it stands alone, nothing is set on the server before it; the client gives it up when its time is over, as
            // where a pooler has no server to give.
            _ = try await inner.forEachRow(SQL(raw: begin), timeout: nil) { _ in }
            let result: R
            do {
                result = try await Channel.$transactions.withValue(Channel.transactions + [inner]) {
                    try await body(Transaction(channel: inner))
                }
                await inner.end("the transaction is over: use it only inside the closure that it was given to")
            } catch {
                await inner.end("the transaction is over: use it only inside the closure that it was given to")
                await wire.finishTransaction("ROLLBACK")
                throw error
            }
            try await wire.commit()
            return result
        }
    }
}

extension Wire {
    /// Commits. It is not given up when the task is cancelled: half a commit tells nobody what has become of it.
    fileprivate func commit() async throws {
        // Up to here a lost connection means for certain that nothing was committed.
        let limit = Limit(deadline: self.limit(for: nil).deadline ?? .now + .seconds(30), ignoresCancellation: true)
        try checkOpen()
        do {
            try await drain(limit)
        } catch Interruption.timedOut {
            throw fail(.connection(ConnectionFailure.lost(.timedOut, endpoint, isUnderWay: true)))
        }
        let tag: CommandTag
        do {
            tag = try await run("COMMIT", limit)
        } catch Interruption.timedOut {
            let lost = ConnectionFailure.lost(.timedOut, endpoint, isUnderWay: true)
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
    fileprivate func finishTransaction(_ statement: SQL) async {
        guard closure == nil else { return }
        do {
            let limit = Limit.cleanup()
            try await drain(limit)
            guard session.transactionStatus != .idle else { return }
            _ = try await run(statement, limit)
        } catch {
            close()
        }
    }

    private func run(_ statement: SQL, _ limit: Limit) async throws -> CommandTag {
        try begin(statement, timeout: .zero, keepingTimeout: true)
        var outcome = Channel.Outcome()
        while true {
            if let tag = try outcome.receive(try await nextEvent(limit), self, statement) { return tag }
        }
    }
}
