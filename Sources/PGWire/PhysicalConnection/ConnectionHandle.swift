import Synchronization

/// What calls reach a connection by: its lock, which lets in one call at a time, first come first served. What calls there
/// are says ``Queryable``; there is nothing here to be used directly.
///
/// A ``Connection`` has one, as has each ``Transaction``, which holds the lock of the connection's meanwhile.
public final class ConnectionHandle: Sendable {
    let connection: PhysicalConnection
    let semaphore = Semaphore(permits: 1)
    private let state = Mutex(State())

    private struct State {
        /// Why the handle can no longer be used, such as that its transaction is over.
        var invalidity: String?
    }

    /// The COPYs in whose closures the current task runs, or one that it was made by.
    @TaskLocal static var copies: [CopyInProgress] = []
    /// The handles of the transactions inside of which the current task runs, or one that it was made by.
    @TaskLocal static var transactions: [ConnectionHandle] = []
    /// Whether it is a transaction's.
    private let isTransaction: Bool
    /// Whether its calls belong in a transaction block, which is open by then.
    private let isInBlock: Bool
    /// The task that holds the lock by a sequence of rows; 0 when none does.
    let iteratingTask = Atomic<UInt>(0)
    /// What that sequence does, see ``Iteration``.
    let iteration = Atomic<UInt8>(Iteration.none.rawValue)
    /// How long a call that goes on is waited for when the handle becomes invalid.
    private static let callTimeout = Duration.seconds(1)

    init(_ connection: PhysicalConnection, isTransaction: Bool = false, isInBlock: Bool = false) {
        self.connection = connection
        self.isTransaction = isTransaction
        self.isInBlock = isInBlock
    }

    /// Runs `body` while it holds the lock; the connection is ready for a new request then.
    func withLock<R>(_ timeout: Duration? = nil, _ body: (PhysicalConnection) async throws -> R) async throws -> R {
        if try !lockIfIdle() { try await lock(timeout) }
        defer { unlock() }
        return try await body(connection)
    }

    /// Takes the lock if it is free and the connection has nothing left to read; false when there is something to wait for.
    func lockIfIdle() throws -> Bool {
        guard semaphore.tryAcquire() else { return false }
        do {
            if Task.isCancelled { throw CancellationError() }
            try checkUsable()
            try connection.checkOpen()
        } catch {
            unlock()
            throw error
        }
        // What was left of the block's settings, such as its role, is gone where the block is; the slow way tells.
        if !connection.isBusy, !isInBlock || connection.session.transactionStatus != .idle { return true }
        unlock()
        return false
    }

    /// Waits for the lock, and reads off what an earlier call left.
    ///
    /// - Parameter timeout: that of the call, which holds for the wait too.
    func lock(_ timeout: Duration?) async throws {
        try checkUsable()
        // While another task has a transaction open, its timeout is the connection's, and none of ours.
        let timeout =
            timeout ?? (isTransaction ? connection.defaultTimeout : connection.configuration.statementTimeout) ?? .zero
        let limit = connection.limit(for: timeout)
        if !semaphore.tryAcquire() {
            try checkNotCopying()
            try checkNotIterating()
            try checkHasNoSavepoint()
            guard try await semaphore.acquire(until: limit.deadline) else {
                throw PostgresError.connection(
                    .lockTimedOut(connection.endpoint, connection.effectiveTimeout(timeout) ?? .zero))
            }
        } else if Task.isCancelled {
            unlock()
            throw CancellationError()
        }
        do {
            try checkUsable()
            try await prepare(limit, timeout)
            if isInBlock, connection.session.transactionStatus == .idle { throw Self.endedByHand }
        } catch {
            unlock()
            throw error
        }
    }

    /// The role and all else that held for the transaction is gone by then.
    static var endedByHand: PostgresError {
        .usage(
            "the transaction was ended inside of its closure, by a COMMIT or ROLLBACK of its own, and nothing more can be done in "
                + "it: let its end be that of the closure, and throw an error to roll back")
    }

    func unlock() { semaphore.release() }

    /// Takes the lock if it is free, whatever state the connection is in.
    func tryLock() -> Bool { semaphore.tryAcquire() }

    /// How many calls wait for the lock.
    var waiterCount: Int { semaphore.waiterCount }

    /// Lets no further call in and waits for the one that is under way. When that does not end, the connection is cut: from
    /// then on nobody uses it.
    func invalidate(_ reason: String) async {
        if await takeOver(reason) { unlock() }
    }

    /// ``invalidate(_:)``, and takes the lock for good; false when the call that has it does not even end with the connection.
    func takeOver(_ reason: String) async -> Bool {
        state.withLock { $0.invalidity = reason }
        if semaphore.tryAcquire() || takeFromIteration() { return true }
        if await lockForCleanup(within: Self.callTimeout) { return true }
        connection.abort()
        // The call that was cut off is about to notice.
        return await lockForCleanup(within: Self.callTimeout)
    }

    /// Takes the lock whether or not the task is cancelled, whatever state the connection is in; false when it did not become
    /// free in time.
    func lockForCleanup(within timeout: Duration) async -> Bool {
        if semaphore.tryAcquire() { return true }
        let deadline = MonotonicInstant.now + timeout
        // In a task of its own, as this one may be cancelled, which would end the wait at once. It keeps its place in the line:
        // where others come without a pause, one that gave it up each time would never get the lock.
        let line = Task { [semaphore] in (try? await semaphore.acquire(until: deadline)) == true }
        // A row that was being asked for may have come, and nobody who asks for the next.
        let watch = Task {
            var interval = Duration.milliseconds(1)
            while !Task.isCancelled, .now < deadline {
                // It had the lock, which whoever is first in the line gets now.
                if takeFromIteration() { unlock() }
                try? await Task.sleep(for: interval)
                interval = min(interval * 2, .milliseconds(50))
            }
        }
        let hasLock = await line.value
        watch.cancel()
        await watch.value
        return hasLock
    }

    /// Throws when the handle is invalid, such as when its transaction is over.
    func checkValid() throws(PostgresError) {
        if let reason = state.withLock({ $0.invalidity }) { throw .usage(reason) }
    }

    /// Whether ``invalidate(_:)`` was not called.
    var isValid: Bool { state.withLock { $0.invalidity == nil } }

    func checkUsable() throws(PostgresError) {
        try checkValid()
        if !isTransaction, Self.transactions.contains(where: { $0.connection === connection && $0.isValid }) {
            throw .usage(
                "this task has a transaction open on the connection: use the transaction that the closure was given, as a "
                    + "call on the connection itself would wait for it for ever")
        }
    }

    /// Puts an end to what an earlier call left, such as the rest of a sequence that was not iterated to its end.
    private func prepare(_ limit: PhysicalConnection.Limit, _ timeout: Duration?) async throws {
        try connection.checkOpen()
        guard connection.isBusy else { return }
        do {
            try await connection.settle(limit)
        } catch PhysicalConnection.Interruption.cancelled {
            throw CancellationError()
        } catch PhysicalConnection.Interruption.timedOut {
            // What may change data goes on, so that what it has done stays done; but not in a block, which can go no further.
            let end: ConnectionError.RestEnd =
                connection.leftoverStands ? .goesOn : await connection.cancel() ? .cancelled : .closed
            throw PostgresError.connection(
                .restTimedOut(connection.endpoint, connection.effectiveTimeout(timeout) ?? .zero, end))
        }
    }
}
