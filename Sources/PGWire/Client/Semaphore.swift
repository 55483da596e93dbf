import Synchronization

/// So many permits, given out first come, first served. A task that waits is suspended and can be cancelled.
final class Semaphore: Sendable {
    fileprivate struct State {
        var free: Int
        var nextTicket: UInt64 = 0
        /// Those who wait, the first first. A dictionary beside the queue would be faster to cancel in, but few cancel.
        var waiters: [(ticket: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// The first waiters were taken off before this index; so that taking one off moves nothing.
        var head = 0
    }

    private let state: Mutex<State>

    /// A semaphore with this many permits; at least one.
    init(permits: Int) { state = Mutex(State(free: max(permits, 1))) }

    /// How many wait.
    var waiterCount: Int { state.withLock { $0.waiters.count - $0.head } }

    /// Takes a permit, waiting for it if need be. Give it back by ``release()``.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; then no permit is taken.
    func acquire() async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        if state.withLock({ $0.takeFree() }) { return }
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        let isGranted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    if state.takeFree() { return true }
                    state.waiters.append((ticket, continuation))
                    return false
                }
                if isFree { return continuation.resume(returning: true) }
                // A cancellation that came before the waiter was in the queue found nobody.
                if Task.isCancelled { giveUp(ticket) }
            }
        } onCancel: {
            giveUp(ticket)
        }
        if !isGranted { throw CancellationError() }
    }

    /// Takes a permit if one is free and nobody waits.
    func tryAcquire() -> Bool { state.withLock { $0.takeFree() } }

    /// Gives a permit back, to the one who has waited longest.
    func release() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.head < state.waiters.count else {
                state.free += 1
                return nil
            }
            let continuation = state.waiters[state.head].continuation
            state.head += 1
            if state.head > 32, state.head * 2 > state.waiters.count {
                state.waiters.removeFirst(state.head)
                state.head = 0
            }
            return continuation
        }
        next?.resume(returning: true)
    }

    private func giveUp(_ ticket: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.waiters[state.head...].firstIndex(where: { $0.ticket == ticket }) else {
                return nil
            }
            return state.waiters.remove(at: index).continuation
        }
        waiter?.resume(returning: false)
    }
}

extension Semaphore.State {
    fileprivate mutating func takeFree() -> Bool {
        guard free > 0, head == waiters.count else { return false }
        free -= 1
        return true
    }
}
