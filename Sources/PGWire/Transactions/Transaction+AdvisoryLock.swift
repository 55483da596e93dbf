extension Transaction {
    /// Takes an advisory lock, waiting for it if need be, and has it until the transaction ends; one taken inside of a savepoint
    /// is given back when that is rolled back. It works behind every pooler.
    ///
    /// ```swift
    /// try await db.transaction { tx in
    ///     try await tx.advisoryLock("nightly report", timeout: .seconds(5))
    ///     …
    /// }
    /// ```
    /// - Parameters:
    ///   - shared: whether others may share it, so that only those are kept out who want it for themselves.
    ///   - timeout: how long it is waited for; nil for that of statements.
    /// - Throws: ``PostgresError/server(_:)`` (`57014`) when it was not free in time, after which the transaction has failed.
    public func advisoryLock(
        _ key: AdvisoryLockKey, shared: Bool = false, timeout: Duration? = nil
    ) async throws {
        let lock = AdvisoryLock(key: key, isShared: shared)
        try await lock.explaining { try await execute(lock.inTransaction, timeout: timeout) }
    }

    /// Takes an advisory lock as ``advisoryLock(_:shared:timeout:)`` if it is free, and says whether it has.
    public func tryAdvisoryLock(_ key: AdvisoryLockKey, shared: Bool = false) async throws -> Bool {
        try await _handle.fetchOwn(AdvisoryLock(key: key, isShared: shared).inTransactionIfFree, as: Bool.self)
    }
}

extension AdvisoryLock {
    /// Runs `body`, and says what it was that was waited for in vain.
    @discardableResult
    func explaining<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch PostgresError.server(var error)
            where error.sqlState == .queryCanceled || error.sqlState == .lockNotAvailable
        {
            error.advice = "The advisory lock on \(key) was not free in time: pg_locks shows who has it."
            throw PostgresError.server(error)
        }
    }
}
