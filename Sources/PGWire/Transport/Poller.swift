import Synchronization

/// A thread that waits for sockets, so that no task ever blocks a thread of Swift's pool. The process has one, and one for
/// each ``SocketExecutor``.
package final class Poller: Sendable {
    /// What Swift's runtime wants to be run once; the executor lives as long as its thread.
    @safe struct Job {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        func run() { unsafe job.runSynchronously(on: executor) }
    }

    private struct State {
        var sockets: [UInt64: Readiness] = [:]
        var nextToken: UInt64 = 0
        var timers = Timers<Readiness>()
        /// Until when the thread sleeps unless something happens; nil for ever.
        var sleepsUntil: ContinuousClock.Instant?
        /// What is to be run on the thread, for a ``SocketExecutor``.
        var jobs: [Job] = []
        var isAsleep = false
        var isStopped = false

        /// Whether the thread has nothing to do any more. Connections may outlive the ``SocketExecutor`` that they were made on.
        var isOver: Bool { isStopped && jobs.isEmpty && sockets.isEmpty }
    }

    private let queue: EventQueue
    private let state = Mutex(State())
    private let readyJobs = Atomic(0)

    /// The process's, or that of the ``SocketExecutor`` that the current task runs on. Throws when the system has no descriptors
    /// left.
    static func current() throws(SystemError) -> Poller {
        if let executor = SocketExecutor.current { return executor.poller }
        return try shared()
    }

    private static let instance = Result<Poller, SystemError> { () throws(SystemError) in try Poller() }

    /// The process's poller, made at the first use; throws when the system has no descriptors left.
    static func shared() throws(SystemError) -> Poller { try instance.get() }

    /// Whether a socket is watched from its first wait on, for good. That saves a system call for each wait, and costs a
    /// wake-up for each answer that somebody has waited for otherwise; so only for a thread whose own tasks wait.
    let watchesForGood: Bool

    init(watchesForGood: Bool = false) throws(SystemError) {
        self.watchesForGood = watchesForGood
        queue = try EventQueue.make()
        try startThread { [self] in run() }
    }

    /// Knows a descriptor, without watching it yet. Give the token to ``forget(_:)`` before the descriptor is closed.
    func register(_ descriptor: Int32) -> Readiness {
        state.withLock { state in
            defer { state.nextToken += 1 }
            let socket = Readiness(poller: self, descriptor: descriptor, token: state.nextToken)
            state.sockets[state.nextToken] = socket
            return socket
        }
    }

    /// Stops reporting; events still on their way are dropped.
    func forget(_ socket: Readiness) {
        let isOver = state.withLock { state in
            state.sockets[socket.token] = nil
            return state.isOver
        }
        if isOver { queue.wake() }
    }

    /// Signals `socket` when it is ready in one of the directions.
    func watch(_ socket: Readiness, for interest: Interest, isKnown: Bool) throws(SystemError) {
        guard let descriptor = socket.descriptor else { return }
        if watchesForGood {
            if !isKnown { try queue.watch(descriptor, token: socket.token) }
            return
        }
        try queue.watchOnce(descriptor, for: interest, token: socket.token, isKnown: isKnown)
    }

    /// Makes the thread look at `socket` at `instant`.
    func arm(_ socket: Readiness, at instant: ContinuousClock.Instant) {
        let mustWake = state.withLock { state in
            state.timers.insert(socket, at: instant)
            guard state.sleepsUntil.map({ instant < $0 }) ?? true else { return false }
            state.sleepsUntil = instant
            return state.isAsleep
        }
        if mustWake { queue.wake() }
    }

    /// Whether something waits for the thread to run it.
    var hasReadyJobs: Bool { readyJobs.load(ordering: .relaxed) > 0 }

    /// Runs `job` on the thread.
    func enqueue(_ job: Job) {
        readyJobs.add(1, ordering: .relaxed)
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.isAsleep
        }
        // What the thread itself enqueues while it signals sockets, it runs right after.
        if mustWake { queue.wake() }
    }

    /// Ends the thread once it has run what it was given, and the last socket is forgotten.
    func stop() {
        state.withLock { $0.isStopped = true }
        queue.wake()
    }

    private func run() {
        while !state.withLock({ $0.isOver }) {
            queue.wait(timeout: nextTimeout()) { token, interest in
                let socket = state.withLock { state in
                    state.isAsleep = false
                    return state.sockets[token]
                }
                socket?.signal(interest)
            }
            expireTimers()
            runJobs()
        }
    }

    private func runJobs() {
        var jobs: [Job] = []
        state.withLock { state in
            state.isAsleep = false
            swap(&jobs, &state.jobs)
        }
        for job in jobs {
            readyJobs.subtract(1, ordering: .relaxed)
            job.run()
        }
    }

    /// Milliseconds until the first timer, rounded up so that it is really due then.
    private func nextTimeout() -> Int32 {
        state.withLock { state in
            state.sleepsUntil = state.timers.first
            guard state.jobs.isEmpty, !state.isOver else { return 0 }
            state.isAsleep = true
            guard let first = state.timers.first else { return -1 }
            let left = first - .now
            guard left > .zero else { return 0 }
            let (seconds, attoseconds) = left.components
            guard seconds < 1_000_000 else { return 1_000_000_000 }
            return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
        }
    }

    private func expireTimers() {
        let now = ContinuousClock.now
        while let (instant, socket) = state.withLock({ $0.timers.popFirst(dueBy: now) }) {
            if let next = socket.expire(instant, now: now) {
                state.withLock { $0.timers.insert(socket, at: next) }
            }
        }
    }
}
