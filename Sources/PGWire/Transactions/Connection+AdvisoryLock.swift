extension Connection {
    /// Runs `body` while the session has an advisory lock, which it waits for if need be. The lock is given back on every way
    /// out: when `body` returns or throws, when the task is cancelled, and when the connection or its server process is lost.
    ///
    /// ```swift
    /// try await db.withAdvisoryLock("nightly report", timeout: .seconds(5)) { try await makeReport(db) }
    /// ```
    /// The lock is the connection's: tasks that share one are not kept apart, and inside of `body` the same connection gets the
    /// same lock again at once.
    ///
    /// - Parameters:
    ///   - shared: whether others may share it, so that only those are kept out who want it for themselves.
    ///   - timeout: how long it is waited for; nil for that of statements.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` (`57014`) when the lock was not free in time;
    ///   ``PostgresError/usage(_:)`` behind a transaction pooler, where a session's lock would be left in somebody else's hands, and
    ///   ``Transaction/advisoryLock(_:shared:timeout:)`` is to be used; the connection's error when it was lost, and the lock
    ///   with it, although `body` returned.
    @discardableResult
    public func withAdvisoryLock<R>(
        _ key: AdvisoryLockKey, shared: Bool = false, timeout: Duration? = nil, _ body: () async throws -> R
    ) async throws -> R {
        let lock = AdvisoryLock(key: key, isShared: shared)
        _ = try await lock.explaining {
            try await _handle.withLock(timeout) { try await $0.take(lock, waiting: true, timeout) }
        }
        return try await _handle.holding(lock, body)
    }

    /// Runs `body` as ``withAdvisoryLock(_:shared:timeout:_:)`` does if the lock is free; nil when it is not.
    @discardableResult
    public func tryWithAdvisoryLock<R>(
        _ key: AdvisoryLockKey, shared: Bool = false, _ body: () async throws -> R
    ) async throws -> R? {
        let lock = AdvisoryLock(key: key, isShared: shared)
        guard try await _handle.withLock(nil, { try await $0.take(lock, waiting: false, nil) }) else { return nil }
        return try await _handle.holding(lock, body)
    }
}

extension ConnectionHandle {
    /// Runs `body` with a lock that was taken, and gives it back.
    fileprivate func holding<R>(_ lock: AdvisoryLock, _ body: () async throws -> R) async throws -> R {
        let result: R
        do {
            result = try await body()
        } catch {
            try? await atScopeEnd { try await $0.giveBack(lock) }
            throw error
        }
        try await atScopeEnd { try await $0.giveBack(lock) }
        return result
    }
}

/// What is done while the lock of the handle is held.
extension PhysicalConnection {
    /// Takes an advisory lock for the session; false when it is not free.
    fileprivate func take(_ lock: AdvisoryLock, waiting: Bool, _ timeout: Duration?) async throws -> Bool {
        try await completeLogin()
        guard poolerMode.kind != .transaction else { throw Self.needsSession(poolerMode) }
        if let count = advisoryLocks[lock] {
            advisoryLocks[lock] = count + 1
            return true
        }
        // Where it only looks as if no pooler were between, the server sees to it, before it takes the lock.
        let process: Int32? =
            if case .verified = prepared.verification { nil } else { session.backendKey?.processID ?? 0 }
        let wasBlockFailed = session.isBlockFailed
        let taken: Bool?
        do {
            taken = try await answer(lock.inSession(of: process, waiting: waiting), timeout, limit(for: timeout))
        } catch {
            var error = error
            if let interruption = error as? Interruption { error = await cancel(after: interruption, timeout) }
            // It may have been taken just before the statement was given up; not in a block that had failed before.
            if closure == nil, !wasBlockFailed { await giveBackIfTaken(lock) }
            throw error
        }
        guard let taken else {
            stopPreparing("the process that answers is not the one that was connected to, so a pooler is between")
            throw Self.needsSession(poolerMode)
        }
        if taken { advisoryLocks[lock] = 1 }
        return taken
    }

    private func giveBackIfTaken(_ lock: AdvisoryLock) async {
        do { _ = try await answer(lock.releaseIfHeld, .zero, .cleanup()) } catch { close() }
    }

    fileprivate func giveBack(_ lock: AdvisoryLock) async throws {
        let count = advisoryLocks[lock]
        if let count, count > 1 { return advisoryLocks[lock] = count - 1 }
        advisoryLocks[lock] = nil
        let wasHeld = try await inOrder { limit in
            if count == nil { return false }
            return try await answer(lock.release, .zero, limit) == true
        }
        guard wasHeld else {
            throw PostgresError.usage(
                "the advisory lock on \(lock.key) was no longer held at the end of its closure: leave pg_advisory_unlock and "
                    + "DISCARD ALL to PGWire")
        }
    }

    private static func needsSession(_ mode: PoolerMode) -> PostgresError {
        .usage(
            "an advisory lock of the session needs a server connection of one's own, and this leads to a transaction pooler "
                + "(\(mode.reason)): take the lock inside of a transaction, by tx.advisoryLock")
    }
}
