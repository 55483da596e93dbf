import Synchronization

/// Blocks the caller's thread for an answer, for a few milliseconds at most, before its task is suspended.
///
/// Suspending and resuming a task costs two thread switches, which take longer than a small query on a server nearby.
/// So the thread itself waits, as long as no other task of the process waits for a server. When the answer takes
/// longer, the next attempt follows after 1, 2, 4 … up to 256 suspended waits. After 64 successes in a row the task is
/// suspended all the same, as other tasks may need the thread.
struct AdaptiveWait {
    /// The number of tasks of this process that wait for a server.
    private static let waiting = Atomic(0)
    /// The longest wait on the thread; the system rounds it up to its clock ticks.
    static let milliseconds: Int32 = 2

    private static let maximumRun = 64
    private static let manySuspensions = 32
    /// So many bytes at once are more than the answer to a small query.
    static let much = 4096

    /// The number of waits to suspend before the next attempt.
    private var skips = 0
    /// The number of successes since the task was last suspended.
    private var run = 0
    /// The number of waits to suspend after the next failure.
    private var penalty = 1
    /// The number of times that the task was suspended since an answer came on the thread.
    private var suspensions = 0

    /// Notes that a task starts to wait; true when it is the only one.
    static func enter() -> Bool { waiting.add(1, ordering: .relaxed).oldValue == 0 }

    /// Notes that it stopped waiting.
    static func leave() { waiting.subtract(1, ordering: .relaxed) }

    /// Whether to block the thread this time.
    mutating func isWorthTrying() -> Bool {
        if skips > 0 {
            skips -= 1
        } else if run < Self.maximumRun {
            return true
        }
        run = 0
        return false
    }

    /// Notes that the task is suspended; true when it always is, as where many connections are in use, so that the socket had
    /// better be watched for good.
    mutating func suspends() -> Bool {
        suspensions = min(suspensions + 1, Self.manySuspensions)
        return suspensions == Self.manySuspensions
    }

    /// Notes that much came at once: while such a result comes, the poller's thread had better not be woken for each part of it.
    mutating func noteMuch() { suspensions = 0 }

    /// Notes whether the answer came in time.
    mutating func note(_ hasSufficed: Bool) {
        if hasSufficed {
            penalty = 1
            run += 1
            suspensions = 0
        } else {
            skips = penalty
            penalty = min(penalty * 2, 256)
        }
    }
}
