import Synchronization

/// One socket as the ``Poller`` sees it: who waits for it, and until when.
///
/// At most one task waits at a time, as a connection serves one call at a time. The socket is watched only while a task
/// is parked: a wait that ends without parking (``AdaptiveWait``) costs the poller's thread nothing.
package final class Readiness: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Why a wait ended.
    enum Outcome: Sendable {
        /// What is possible now.
        case ready(Interest)
        case timedOut
        case cancelled
        /// The system cannot watch the socket.
        case failed(SystemError)
    }

    @safe private struct Waiter {
        var deadline: Instant?
        var continuation: UnsafeContinuation<Outcome, Never>
    }

    private struct State {
        var waiter: Waiter?
        /// A signal that found nobody waiting; only for what does not tell again.
        var unseen: Interest = []
        var isWatched = false
        /// The time for which the poller holds an entry for this socket. Only one is held: when it comes too early for
        /// the waiter of that moment it is renewed, so that a thousand queries a second leave no thousand entries.
        var armed: Instant?
    }

    private let state = Mutex(State())
    private let poller: Poller
    /// Whether the system reports at the next wait what was ready before it.
    private var tellsAgain: Bool { descriptor != nil && !poller.watchesForGood }
    let descriptor: Int32?
    let token: UInt64

    /// What waits for a descriptor; made by ``Poller/register(_:)``.
    init(poller: Poller, descriptor: Int32, token: UInt64) {
        self.poller = poller
        self.descriptor = descriptor
        self.token = token
    }

    /// What waits for ``signal(_:)`` alone.
    init(poller: Poller) {
        self.poller = poller
        descriptor = nil
        token = .max
    }

    /// Waits until a direction is ready, the deadline passes, or the task is cancelled (unless `ignoringCancellation`).
    func wait(for interest: Interest, until deadline: Instant?, ignoringCancellation: Bool) async -> Outcome {
        if ignoringCancellation { return await park(interest, deadline, ignoringCancellation) }
        return await withTaskCancellationHandler {
            await park(interest, deadline, ignoringCancellation)
        } onCancel: {
            resume(.cancelled)
        }
    }

    private func park(_ interest: Interest, _ deadline: Instant?, _ ignoringCancellation: Bool) async -> Outcome {
        // Unsafe only in that nothing checks that it is resumed exactly once: whoever takes the waiter out of the state
        // resumes it, and nobody puts it back.
        await unsafe withUnsafeContinuation { continuation in
            let (seen, isKnown, arms) = state.withLock { state -> (Interest, Bool, Bool) in
                guard state.unseen.isDisjoint(with: interest) else {
                    defer { state.unseen = [] }
                    return (state.unseen, true, false)
                }
                unsafe state.waiter = Waiter(deadline: deadline, continuation: continuation)
                defer { state.isWatched = true }
                guard let deadline, state.armed.map({ deadline < $0 }) ?? true else {
                    return ([], state.isWatched, false)
                }
                state.armed = deadline
                return ([], state.isWatched, true)
            }
            guard seen.isEmpty else { return unsafe continuation.resume(returning: .ready(seen)) }
            do throws(SystemError) {
                try poller.watch(self, for: interest, isKnown: isKnown)
            } catch {
                return resume(.failed(error))
            }
            if arms, let deadline { poller.arm(self, at: deadline) }
            // A cancellation that came before the waiter was there found nobody to wake.
            if !ignoringCancellation, Task.isCancelled { resume(.cancelled) }
        }
    }

    private func resume(_ outcome: Outcome) {
        let waiter = state.withLock { $0.waiter.take() }
        unsafe waiter?.continuation.resume(returning: outcome)
    }

    /// The report that directions became ready.
    func signal(_ interest: Interest) {
        let waiter = state.withLock { state -> Waiter? in
            if state.waiter == nil, !tellsAgain { state.unseen.formUnion(interest) }
            return state.waiter.take()
        }
        unsafe waiter?.continuation.resume(returning: .ready(interest))
    }

    /// The poller's report that the entry for `instant` came due; the time of the next entry to hold, if any.
    func expire(_ instant: Instant, now: Instant) -> Instant? {
        let (waiter, next) = state.withLock { state -> (Waiter?, Instant?) in
            guard state.armed == instant else { return (nil, nil) }
            state.armed = nil
            guard let deadline = state.waiter?.deadline else { return (nil, nil) }
            if deadline > now {
                state.armed = deadline
                return (nil, deadline)
            }
            return (state.waiter.take(), nil)
        }
        unsafe waiter?.continuation.resume(returning: .timedOut)
        return next
    }
}
