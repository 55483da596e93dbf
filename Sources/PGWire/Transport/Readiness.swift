import Synchronization

/// The state of one socket in the ``Poller``: which task waits for it, and until when.
///
/// At most one task waits at a time, as a connection serves one call at a time. The socket is watched only while a
/// task is suspended: a wait on the task's own thread (``AdaptiveWait``) costs the poller's thread nothing.
package final class Readiness: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Why a wait ended.
    enum Outcome: Sendable {
        /// The socket is ready in these directions.
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
        /// Directions that were reported while no task waited; only used when the system does not report them again.
        var unseen: Interest = []
        var isWatched = false
        /// The instant of this socket's timer in the poller. There is only one: when it fires too early for the
        /// current waiter it is set anew, so that a thousand queries a second do not leave a thousand timers.
        var armed: Instant?
    }

    private let state = Mutex(State())
    private let poller: Poller
    /// Whether the next wait reports directions that became ready before it.
    private var tellsAgain: Bool { descriptor != nil && !poller.watchesForGood }
    let descriptor: Int32?
    let token: UInt64

    /// The state of a descriptor; made by ``Poller/register(_:)``.
    init(poller: Poller, descriptor: Int32, token: UInt64) {
        self.poller = poller
        self.descriptor = descriptor
        self.token = token
    }

    /// A state without a descriptor, for ``signal(_:)`` alone.
    init(poller: Poller) {
        self.poller = poller
        descriptor = nil
        token = .max
    }

    /// Waits until a direction is ready, the deadline passes, or the task is cancelled (unless
    /// `ignoringCancellation`).
    func wait(for interest: Interest, until deadline: Instant?, ignoringCancellation: Bool) async -> Outcome {
        if ignoringCancellation { return await park(interest, deadline, ignoringCancellation) }
        return await withTaskCancellationHandler {
            await park(interest, deadline, ignoringCancellation)
        } onCancel: {
            resume(.cancelled)
        }
    }

    private func park(_ interest: Interest, _ deadline: Instant?, _ ignoringCancellation: Bool) async -> Outcome {
        // Sound: the continuation is resumed exactly once, by the one that removes the waiter from the state.
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
            // A cancellation before the waiter was stored found none to resume.
            if !ignoringCancellation, Task.isCancelled { resume(.cancelled) }
        }
    }

    private func resume(_ outcome: Outcome) {
        let waiter = state.withLock { $0.waiter.take() }
        unsafe waiter?.continuation.resume(returning: outcome)
    }

    /// Resumes the waiter if it waits for one of the directions.
    func signal(_ interest: Interest) {
        let waiter = state.withLock { state -> Waiter? in
            if state.waiter == nil, !tellsAgain { state.unseen.formUnion(interest) }
            return state.waiter.take()
        }
        unsafe waiter?.continuation.resume(returning: .ready(interest))
    }

    /// Ends the wait that is under way, or else the next one, as if something had come.
    func wake() {
        let waiter = state.withLock { state -> Waiter? in
            if state.waiter == nil { state.unseen.insert(.readable) }
            return state.waiter.take()
        }
        unsafe waiter?.continuation.resume(returning: .ready(.readable))
    }

    /// Handles the timer for `instant`. Returns the instant of the next timer, if any.
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
