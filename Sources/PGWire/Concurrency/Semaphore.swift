import Synchronization

/// So many permits, given out first come, first served. A task that waits is suspended and can be cancelled.
final class Semaphore: Sendable {
    fileprivate struct State {
        var free: Int
        var queue = WaiterQueue<Waiter>()
        /// The instant of the timer in the poller, which is that of the earliest deadline, or of an earlier one.
        var armed: MonotonicInstant?
    }

    fileprivate struct Waiter {
        let task: SuspendedTask<Bool>
        let deadline: MonotonicInstant?
    }

    private let state: Mutex<State>
    /// Called when somebody begins to wait. Not in the state, which is changed for every call on a connection.
    private let holder = Mutex<(@Sendable () -> Void)?>(nil)

    /// A semaphore with this many permits; at least one.
    init(permits: Int) { state = Mutex(State(free: max(permits, 1))) }

    /// How many permits nobody has.
    var freeCount: Int { state.withLock { $0.free } }

    /// How many wait.
    var waiterCount: Int { state.withLock { $0.queue.count } }

    /// Has `body` called whenever somebody begins to wait, so that who holds a permit for long can let go of it.
    func whenAwaited(_ body: (@Sendable () -> Void)?) { holder.withLock { $0 = body } }

    /// Takes a permit, waiting for it if need be. Give it back by ``release()``.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; then no permit is taken.
    func acquire() async throws(CancellationError) {
        guard try await acquire(until: nil) else { throw CancellationError() }
    }

    /// ``acquire()`` until `deadline`; false when none became free by then.
    func acquire(until deadline: MonotonicInstant?) async throws(CancellationError) -> Bool {
        if Task.isCancelled { throw CancellationError() }
        if tryAcquire() { return true }
        let ticket = state.withLock { $0.queue.takeTicket() }
        let isGranted = await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
                let task = unsafe SuspendedTask(continuation)
                let (isFree, arms) = state.withLock { state in
                    if state.takeFree() { return (true, false) }
                    state.queue.append(Waiter(task: task, deadline: deadline), ticket: ticket)
                    return (false, state.arm(deadline))
                }
                if isFree { return task.resume(returning: true) }
                // One timer for all who wait, and not a task for each, that sleeps: what is cancelled of those stays in memory until
                // its time has come. Without a poller there are no connections either, whose ends are waited for.
                if arms, let deadline { try? Poller.shared().arm(self, at: deadline) }
                holder.withLock { $0 }?()
                // A cancellation, or a deadline, that came before the waiter was in the queue found nobody.
                if Task.isCancelled || deadline.map({ $0 <= .now }) ?? false { giveUp(ticket) }
            }
        } onCancel: {
            giveUp(ticket)
        }
        if Task.isCancelled {
            if isGranted { release() }
            throw CancellationError()
        }
        return isGranted
    }

    /// Takes a permit if one is free and nobody waits.
    func tryAcquire() -> Bool { state.withLock { $0.takeFree() } }

    /// Gives a permit back, to the one who has waited longest.
    func release() {
        let next = state.withLock { state -> Waiter? in
            guard !state.queue.isEmpty, let next = state.queue.popFirst() else {
                state.free += 1
                return nil
            }
            return next
        }
        next?.task.resume(returning: true)
    }

    private func giveUp(_ ticket: UInt64) {
        state.withLock { $0.queue.remove(ticket) }?.task.resume(returning: false)
    }
}

extension Semaphore: Expiring {
    func awaits(_ instant: MonotonicInstant) -> Bool { state.withLock { $0.armed == instant } }

    func expire(_ instant: MonotonicInstant, now: MonotonicInstant) -> MonotonicInstant? {
        let (late, next) = state.withLock { state -> ([Waiter], MonotonicInstant?) in
            guard state.armed == instant else { return ([], nil) }
            let late = state.queue.removeAll { waiter in waiter.deadline.map { $0 <= now } ?? false }
            state.armed = state.queue.elements.lazy.compactMap(\.deadline).min()
            return (late, state.armed)
        }
        for waiter in late { waiter.task.resume(returning: false) }
        return next
    }
}

extension Semaphore.State {
    fileprivate mutating func takeFree() -> Bool {
        guard free > 0, queue.isEmpty else { return false }
        free -= 1
        return true
    }

    /// Notes that the timer is to be set to `deadline`; false when one is set that is no later.
    fileprivate mutating func arm(_ deadline: MonotonicInstant?) -> Bool {
        guard let deadline, armed.map({ deadline < $0 }) ?? true else { return false }
        armed = deadline
        return true
    }
}
