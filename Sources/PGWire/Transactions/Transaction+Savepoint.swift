extension Transaction {
    /// Runs `body` in a part of the transaction that can fail by itself: when it throws, what it did is rolled back, and the
    /// transaction is as it was before.
    ///
    /// Errors of `body` come out unchanged; catch what is not to end the whole transaction. Savepoints can be nested. Inside of
    /// `body` use the transaction that it is given; other tasks' calls on this one wait until the savepoint is over. Each takes
    /// two round trips.
    ///
    /// ```swift
    /// do {
    ///     try await tx.savepoint { sp in try await sp.execute("INSERT INTO player (name) VALUES (\(name))") }
    /// } catch PostgresError.server(let error) where error.sqlState == .uniqueViolation {
    ///     try await tx.execute("UPDATE player SET visits = visits + 1 WHERE name = \(name)")
    /// }
    /// ```
    ///
    /// - Throws: what `body` throws; ``PostgresError/usage(_:)`` when a statement had failed and `body` went on regardless, after
    ///   which the savepoint is rolled back and the transaction can go on, or when `body` has ended the transaction itself.
    @discardableResult
    public func savepoint<R>(_ body: (borrowing Transaction) async throws -> R) async throws -> R {
        let depth = depth + 1
        let name = "pgwire_savepoint_\(depth)"
        return try await _handle.withLock { connection in
            let handle = ConnectionHandle(connection, isTransaction: true, isInBlock: true)
            try await handle.forEachOwnRow(SQL(raw: "SAVEPOINT \(name)"), .text) { _ in }
            let result: R
            do {
                result = try await handle.runScope { try await body(Transaction(handle, depth: depth)) }
                await handle.invalidate(Self.savepointOver)
            } catch {
                await handle.invalidate(Self.savepointOver)
                await connection.rollBack(to: name)
                throw error
            }
            try await connection.release(name)
            return result
        }
    }

    private static let savepointOver = "the savepoint is over: use it only inside the closure that it was given to"
}

/// As the end of a transaction, they are not given up when the task is cancelled.
extension PhysicalConnection {
    fileprivate func release(_ savepoint: String) async throws {
        let limit = endLimit()
        try checkOpen()
        do {
            try await settle(limit)
            switch session.transactionStatus {
            case .inTransaction: _ = try await run([SQL(raw: "RELEASE SAVEPOINT \(savepoint)")], limit)
            case .failed:
                await rollBack(to: savepoint)
                throw PostgresError.usage(
                    "the savepoint was rolled back, because a statement in it had failed: let the error leave the closure "
                        + "instead of going on")
            case .idle:
                throw PostgresError.usage(
                    "the savepoint's closure has ended the transaction: let COMMIT and ROLLBACK be those of transaction(_:)"
                )
            }
        } catch Interruption.timedOut {
            throw fail(.connection(.lost(endpoint, because: Transport.Failure.timedOut.reason, isUnderWay: true)))
        }
    }

    /// Rolls back to the savepoint and removes it; a connection that cannot even do that is closed, which rolls back all.
    fileprivate func rollBack(to savepoint: String) async {
        guard closure == nil else { return }
        do {
            let limit = Limit.cleanup()
            try await settle(limit, undoing: true)
            guard session.transactionStatus != .idle else { return }
            _ = try await run(
                [SQL(raw: "ROLLBACK TO SAVEPOINT \(savepoint)"), SQL(raw: "RELEASE SAVEPOINT \(savepoint)")], limit)
        } catch {
            close()
        }
    }
}
