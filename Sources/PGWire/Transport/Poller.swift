import Synchronization

/// A thread that waits for sockets on behalf of suspended tasks. The process has one, and one for each
/// ``SocketExecutor``.
package final class Poller: Sendable {
    /// A job of Swift's runtime. The executor lives as long as its thread.
    @safe struct Job {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        func run() { unsafe job.runSynchronously(on: executor) }
    }

    private struct State {
        var sockets: [UInt64: Readiness] = [:]
        var nextToken: UInt64 = 0
        var timers = Timers<any Expiring>()
        /// How many of them nobody waits for any more.
        var unwantedTimers = 0
        /// When the thread wakes at the latest; nil for no limit.
        var sleepsUntil: MonotonicInstant?
        /// The jobs of a ``SocketExecutor``.
        var jobs: [Job] = []
        var isAsleep = false
        var isStopped = false

        /// Whether the thread can end. Connections may outlive the ``SocketExecutor`` that they were opened on.
        var isOver: Bool { isStopped && jobs.isEmpty && sockets.isEmpty }
    }

    private let queue: EventQueue
    private let state = Mutex(State())
    private let readyJobs = Atomic(0)

    /// The poller of the ``SocketExecutor`` that the current task runs on, else the process's. Throws when the system
    /// has no descriptors left.
    static func current() throws(SystemError) -> Poller {
        if let executor = SocketExecutor.current { return executor.poller }
        return try shared()
    }

    private static let instance = Result<Poller, SystemError> { () throws(SystemError) in try Poller() }

    /// The process's poller, made on first use. Throws when the system has no descriptors left.
    package static func shared() throws(SystemError) -> Poller { try instance.get() }

    /// Whether every socket is watched for good from its first wait on (``Readiness/Watching``): where the thread runs the
    /// tasks itself.
    let watchesForGood: Bool

    init(watchesForGood: Bool = false) throws(SystemError) {
        self.watchesForGood = watchesForGood
        queue = try EventQueue.make()
        try startThread { [self] in run() }
    }

    /// Registers a descriptor, without watching it yet. Call ``forget(_:)`` before the descriptor is closed.
    func register(_ descriptor: Int32) -> Readiness {
        state.withLock { state in
            defer { state.nextToken += 1 }
            let socket = Readiness(poller: self, descriptor: descriptor, token: state.nextToken)
            state.sockets[state.nextToken] = socket
            return socket
        }
    }

    /// Removes a descriptor; its pending events are dropped, and its timer.
    func forget(_ socket: Readiness) {
        let isOver = state.withLock { state in
            state.sockets[socket.token] = nil
            return state.isOver
        }
        if isOver { queue.wake() }
        socket.disarm()
    }

    /// Notes that nobody waits for a timer any more.
    ///
    /// They are removed when half of all are such: to find each at once would take a walk through all, and each left until its time
    /// has come, that of connecting or of a statement, would be half a minute's connections in memory.
    func noteUnwantedTimer() {
        state.withLock { state in
            state.unwantedTimers += 1
            guard state.unwantedTimers >= 64, state.unwantedTimers * 2 >= state.timers.count else { return }
            state.timers.removeAll { instant, target in !target.awaits(instant) }
            state.unwantedTimers = 0
        }
    }

    /// How many timers there are.
    package var timerCount: Int { state.withLock { $0.timers.count } }

    /// Signals `socket` when it is ready in one of the directions.
    func watch(
        _ socket: Readiness, for interest: Interest, _ watching: Readiness.Watching, before: Readiness.Watching
    ) throws(SystemError) {
        guard let descriptor = socket.descriptor else { return }
        let isKnown = before != .notYet
        guard case .forGood = watching else {
            return try queue.watchOnce(descriptor, for: interest, token: socket.token, isKnown: isKnown)
        }
        if before != .forGood { try queue.watch(descriptor, token: socket.token, isKnown: isKnown) }
    }

    /// Makes the thread call `target.expire` at `instant`.
    func arm(_ target: any Expiring, at instant: MonotonicInstant) {
        let mustWake = state.withLock { state in
            state.timers.insert(target, at: instant)
            guard state.sleepsUntil.map({ instant < $0 }) ?? true else { return false }
            state.sleepsUntil = instant
            return state.isAsleep
        }
        if mustWake { queue.wake() }
    }

    /// Whether jobs wait for the thread.
    var hasReadyJobs: Bool { readyJobs.load(ordering: .relaxed) > 0 }

    /// Runs `job` on the thread.
    func enqueue(_ job: Job) {
        readyJobs.add(1, ordering: .relaxed)
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.isAsleep
        }
        // Jobs that the thread itself enqueues while it signals sockets run right after.
        if mustWake { queue.wake() }
    }

    /// Ends the thread once all jobs have run and the last socket is removed.
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

    /// Milliseconds until the first timer, rounded up so that it is due then; 0 when there are jobs, -1 for no limit.
    private func nextTimeout() -> Int32 {
        state.withLock { state in
            state.sleepsUntil = state.timers.first
            guard state.jobs.isEmpty, !state.isOver else { return 0 }
            state.isAsleep = true
            guard let first = state.timers.first else { return -1 }
            let left = first - .now
            guard left > .zero else { return 0 }
            return Int32(clamping: left.wholeMilliseconds)
        }
    }

    private func expireTimers() {
        let now = MonotonicInstant.now
        while let (instant, target) = state.withLock({ $0.timers.popFirst(dueBy: now) }) {
            if let next = target.expire(instant, now: now) {
                state.withLock { $0.timers.insert(target, at: next) }
            }
        }
    }
}

/// What a timer of the ``Poller`` is for. It has one timer at most: others that it had are ignored.
protocol Expiring: AnyObject, Sendable {
    /// Handles the timer for `instant`. Returns the instant of the next timer, if any.
    func expire(_ instant: MonotonicInstant, now: MonotonicInstant) -> MonotonicInstant?

    /// Whether there is anything to be done at `instant`.
    func awaits(_ instant: MonotonicInstant) -> Bool
}
