import Synchronization

/// What a socket can do without waiting.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let readable = Interest(rawValue: 1)
    package static let writable = Interest(rawValue: 2)
    /// The peer sends nothing more. It stays so: what is still to be read, and the end itself, may all have arrived with
    /// one edge, after which no other comes.
    package static let ended = Interest(rawValue: 4)
}

/// One socket as the ``Poller`` sees it: what it is ready for, and who waits for it.
///
/// At most one task waits at a time, as a connection serves one call at a time.
package final class Readiness: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Why a wait ended.
    enum Outcome: Sendable {
        case ready
        case timedOut
        case cancelled
    }

    private struct Waiter {
        var interest: Interest
        var deadline: Instant?
        var continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        /// What became possible since ``take(_:)`` last took it. A new socket may be tried at once.
        var ready: Interest = []
        var waiter: Waiter?
        /// The time for which the poller holds an entry for this socket. Only one is held: when it comes too early for
        /// the waiter of that moment it is renewed, so that a thousand queries a second leave no thousand entries.
        var armed: Instant?

        func allows(_ interest: Interest) -> Bool {
            !ready.isDisjoint(with: interest) || interest.contains(.readable) && ready.contains(.ended)
        }
    }

    private let state = Mutex(State())
    private let poller: Poller

    init(poller: Poller) { self.poller = poller }

    /// Whether a direction is ready, and forgets it: whoever takes it tries the system call. It must be taken *before* the
    /// call, so that an edge that comes after the call is not lost.
    func take(_ interest: Interest) -> Bool {
        state.withLock { state in
            defer { state.ready.subtract(interest) }
            return state.allows(interest)
        }
    }

    /// Says that a direction is still ready, because the last call did all that it was asked to.
    func restore(_ interest: Interest) {
        state.withLock { $0.ready.formUnion(interest) }
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
        await withCheckedContinuation { continuation in
            let (isReady, arms) = state.withLock { state -> (Bool, Bool) in
                guard !state.allows(interest) else { return (true, false) }
                state.waiter = Waiter(interest: interest, deadline: deadline, continuation: continuation)
                guard let deadline, state.armed.map({ deadline < $0 }) ?? true else { return (false, false) }
                state.armed = deadline
                return (false, true)
            }
            if isReady { return continuation.resume(returning: .ready) }
            if arms, let deadline { poller.arm(self, at: deadline) }
            // A cancellation that came before the waiter was there found nobody to wake.
            if !ignoringCancellation, Task.isCancelled { resume(.cancelled) }
        }
    }

    private func resume(_ outcome: Outcome) {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.continuation.resume(returning: outcome)
    }

    /// The poller's report that directions became ready.
    func signal(_ interest: Interest) {
        let waiter = state.withLock { state -> Waiter? in
            state.ready.formUnion(interest)
            guard let waiter = state.waiter, state.allows(waiter.interest) else { return nil }
            state.waiter = nil
            return waiter
        }
        waiter?.continuation.resume(returning: .ready)
    }

    /// The poller's report that the entry for `instant` came due; the time of the next entry to hold, if any.
    func expire(_ instant: Instant, now: Instant) -> Instant? {
        let (waiter, next) = state.withLock { state -> (Waiter?, Instant?) in
            guard state.armed == instant else { return (nil, nil) }
            state.armed = nil
            guard let waiter = state.waiter, let deadline = waiter.deadline else { return (nil, nil) }
            if deadline > now {
                state.armed = deadline
                return (nil, deadline)
            }
            state.waiter = nil
            return (waiter, nil)
        }
        waiter?.continuation.resume(returning: .timedOut)
        return next
    }
}
