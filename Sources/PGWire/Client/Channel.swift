import Synchronization

/// The way to a connection for its calls, one at a time, first come first served. A connection has one; a transaction
/// opens another over the same wire and holds the outer one's turn meanwhile.
@usableFromInline
final class Channel: Sendable {
    let wire: Wire
    private let turn = Semaphore(permits: 1)
    private let state = Mutex(State())

    private struct State {
        /// Why the channel can no longer be used, such as that its transaction is over.
        var end: String?
    }

    /// The channels of the transactions inside of which the current task runs, or one that it was made by.
    @TaskLocal static var transactions: [Channel] = []
    /// Whether this is the connection's own channel.
    private let isOuter: Bool
    /// The task that holds the turn by a sequence of rows; 0 when none does.
    private let iteratingTask = Atomic<UInt>(0)

    init(_ wire: Wire, isOuter: Bool) {
        self.wire = wire
        self.isOuter = isOuter
    }

    /// Waits for the turn; then the wire is ready for a new exchange. Give the turn back by ``leave()``.
    ///
    /// - Parameter timeout: that of the call, which holds for the wait too.
    func enter(_ timeout: Duration?) async throws {
        try checkUsable()
        let limit = wire.limit(for: timeout)
        if !turn.tryAcquire() {
            try checkNotCopying()
            try checkNotIterating()
            guard try await turn.acquire(until: limit.deadline) else {
                throw PostgresError.connection(
                    ConnectionFailure.turnTimedOut(wire.endpoint, wire.effectiveTimeout(timeout) ?? .zero))
            }
        } else if Task.isCancelled {
            leave()
            throw CancellationError()
        }
        do {
            try checkUsable()
            try await prepare(limit, timeout)
        } catch {
            leave()
            throw error
        }
    }

    /// ``enter(_:)`` where nothing is to be waited for; false when something is.
    func enterAtOnce() throws -> Bool {
        guard turn.tryAcquire() else { return false }
        do {
            if Task.isCancelled { throw CancellationError() }
            try checkUsable()
            try wire.checkOpen()
        } catch {
            leave()
            throw error
        }
        if !wire.isBusy { return true }
        leave()
        return false
    }

    func leave() { turn.release() }

    /// How many wait for their turn.
    var waiterCount: Int { turn.waiterCount }

    /// Takes the turn if it is free, whatever state the wire is in.
    func tryEnter() -> Bool { turn.tryAcquire() }

    /// Runs `body` in its turn.
    func withTurn<R>(_ timeout: Duration? = nil, _ body: (Wire) async throws -> R) async throws -> R {
        if try !enterAtOnce() { try await enter(timeout) }
        defer { leave() }
        return try await body(wire)
    }

    /// Lets no further call in and waits for the one that is under way. When that does not end, as it belongs to an
    /// iterator that was carried out of its transaction, the connection is cut: from then on nobody uses it.
    func end(_ reason: String) async {
        state.withLock { $0.end = reason }
        if turn.tryAcquire() { return turn.release() }
        if await isOver(within: Self.patience) { return }
        wire.abort()
        // The call that was cut off is about to notice.
        _ = await isOver(within: Self.patience)
    }

    private static let patience = Duration.seconds(1)

    private func isOver(within patience: Duration) async -> Bool {
        // In a task of its own, as this one may be cancelled, which would end the wait at once.
        let wait = Task { [turn] in
            do { try await turn.acquire() } catch { return false }
            turn.release()
            return true
        }
        let timer = Task {
            try await Task.sleep(for: patience)
            wait.cancel()
        }
        defer { timer.cancel() }
        return await wait.value
    }

    /// Throws when the channel's transaction is over.
    func checkNotEnded() throws(PostgresError) {
        if let reason = state.withLock({ $0.end }) { throw .usage(reason) }
    }

    /// Whether ``end(_:)`` was called.
    var isEnded: Bool { state.withLock { $0.end != nil } }

    private func checkUsable() throws(PostgresError) {
        try checkNotEnded()
        if isOuter, Self.transactions.contains(where: { $0.wire === wire && !$0.isEnded }) {
            throw .usage(
                "this task has a transaction open on the connection: use the transaction that the closure was given, as a "
                    + "call on the connection itself would wait for it for ever")
        }
    }

    /// Reads off what an earlier call left unread, such as the rest of a sequence that was not iterated to its end.
    private func prepare(_ limit: Wire.Limit, _ timeout: Duration?) async throws {
        try wire.checkOpen()
        guard wire.isBusy else { return }
        do {
            try await wire.drain(limit)
        } catch Wire.Interruption.cancelled {
            throw CancellationError()
        } catch Wire.Interruption.timedOut {
            throw await wire.settle(.timedOut, timeout)
        }
    }

    /// Notes that the current task holds the turn by a sequence of rows that it iterates.
    func noteIteration() { iteratingTask.store(Self.currentTask, ordering: .relaxed) }

    /// Notes that the sequence has let go of the turn, or is about to.
    func noteIterationEnd() { iteratingTask.store(0, ordering: .relaxed) }

    /// Throws where the call would wait for a sequence of rows that only its own task can go on with.
    private func checkNotIterating() throws(PostgresError) {
        let task = iteratingTask.load(ordering: .relaxed)
        guard task != 0, task == Self.currentTask else { return }
        throw .usage(
            "this task is iterating over rows of the connection, which are still to come: fetch them all first (fetchAll), or "
                + "use another connection inside the loop, as a call on this one would wait for it for ever")
    }

    /// What tells the current task from others that are running; 0 outside of tasks.
    private static var currentTask: UInt {
        unsafe withUnsafeCurrentTask { task in
            guard let task = unsafe task, unsafe MemoryLayout<UnsafeCurrentTask>.size == MemoryLayout<UInt>.size else {
                return 0
            }
            // A reference, of which nothing but the address is looked at: hashing it would take longer.
            return unsafe unsafeBitCast(task, to: UInt.self)
        }
    }
}
