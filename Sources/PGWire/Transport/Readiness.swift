import Synchronization

/// The state of one socket in the ``Poller``: which task waits for it, and until when.
///
/// At most one task waits at a time, as a connection serves one call at a time. As a rule the socket is watched only while a
/// task is suspended: a wait on the task's own thread (``AdaptiveWait``) costs the poller's thread nothing.
package final class Readiness: Expiring {
    /// Why a wait ended.
    enum Outcome: Sendable {
        /// The socket is ready in these directions.
        case ready(Interest)
        case timedOut
        case cancelled
        /// The system cannot watch the socket.
        case failed(SystemError)
    }

    /// How the poller watches the socket.
    enum Watching: Sendable {
        case notYet
        /// For each wait anew: one system call more, but nothing happens in between.
        case once
        /// From now on, which wakes the poller's thread for each answer, whether or not a task is suspended for it.
        case forGood
    }

    @safe private struct Waiter {
        var deadline: MonotonicInstant?
        var continuation: UnsafeContinuation<Outcome, Never>
    }

    private struct State {
        var waiter: Waiter?
        /// Directions that were reported while no task waited; only used when the system does not report them again.
        var unseen: Interest = []
        var watching = Watching.notYet
        /// The instant of this socket's timer in the poller. There is only one: when it fires too early for the
        /// current waiter it is set anew, so that a thousand queries a second do not leave a thousand timers.
        var armed: MonotonicInstant?
    }

    private let state: Mutex<State>
    private let poller: Poller
    let descriptor: Int32?
    let token: UInt64

    /// The state of a descriptor; made by ``Poller/register(_:)``.
    init(poller: Poller, descriptor: Int32, token: UInt64) {
        self.poller = poller
        self.descriptor = descriptor
        self.token = token
        state = Mutex(State())
    }

    /// A state without a descriptor, for ``signal(_:)`` alone.
    init(poller: Poller) {
        self.poller = poller
        descriptor = nil
        token = .max
        state = Mutex(State(watching: .forGood))
    }

    /// Waits until a direction is ready, the deadline passes, or the task is cancelled (unless
    /// `ignoringCancellation`).
    ///
    /// Each asynchronous function on the way down costs as much again when the task resumes: there are as few as can be.
    ///
    /// - Parameter staysWatched: whether the same is expected to be waited for again and again. A ``SocketExecutor``'s poller
    ///   watches for good in any case.
    func wait(
        for interest: Interest, until deadline: MonotonicInstant?, ignoringCancellation: Bool,
        staysWatched: Bool = false
    ) async -> Outcome {
        let watching = staysWatched || poller.watchesForGood ? Watching.forGood : .once
        // Sound: the continuation is resumed exactly once, by the one that removes the waiter from the state.
        if ignoringCancellation {
            return await unsafe withUnsafeContinuation { continuation in
                unsafe park(Waiter(deadline: deadline, continuation: continuation), for: interest, watching)
            }
        }
        return await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                unsafe park(Waiter(deadline: deadline, continuation: continuation), for: interest, watching)
                // A cancellation before the waiter was stored found none to resume.
                if Task.isCancelled { resume(.cancelled) }
            }
        } onCancel: {
            resume(.cancelled)
        }
    }

    /// Stores the waiter and has the poller watch, unless the wait is over already.
    private func park(_ waiter: Waiter, for interest: Interest, _ watching: Watching) {
        let (seen, before, arms) = state.withLock { state -> (Interest, Watching, Bool) in
            guard state.unseen.isDisjoint(with: interest) else {
                defer { state.unseen = [] }
                return (state.unseen, state.watching, false)
            }
            state.waiter = waiter
            let before = state.watching
            state.watching = watching
            guard let deadline = waiter.deadline, state.armed.map({ deadline < $0 }) ?? true else {
                return ([], before, false)
            }
            state.armed = deadline
            return ([], before, true)
        }
        guard seen.isEmpty else { return unsafe waiter.continuation.resume(returning: .ready(seen)) }
        do throws(SystemError) {
            try poller.watch(self, for: interest, watching, before: before)
        } catch {
            return resume(.failed(error))
        }
        if arms, let deadline = waiter.deadline { poller.arm(self, at: deadline) }
    }

    private func resume(_ outcome: Outcome) {
        let waiter = state.withLock { $0.waiter.take() }
        unsafe waiter?.continuation.resume(returning: outcome)
    }

    /// Resumes the waiter if it waits for one of the directions.
    func signal(_ interest: Interest) {
        let waiter = state.withLock { state -> Waiter? in
            // What is watched anew is told anew.
            if state.waiter == nil, case .forGood = state.watching { state.unseen.formUnion(interest) }
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

    /// Has the timer removed, as nobody waits any more.
    func disarm() {
        if state.withLock({ $0.armed.take() }) != nil { poller.noteUnwantedTimer() }
    }

    func awaits(_ instant: MonotonicInstant) -> Bool { state.withLock { $0.armed == instant } }

    func expire(_ instant: MonotonicInstant, now: MonotonicInstant) -> MonotonicInstant? {
        let (waiter, next) = state.withLock { state -> (Waiter?, MonotonicInstant?) in
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
