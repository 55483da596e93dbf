import Synchronization

/// Waits for an answer on the caller's own thread, for some milliseconds at most, before its task is parked.
///
/// To park a task and wake it costs two switches of threads, which is more than a server on the same machine or in the
/// same rack needs for a small query. So, while no other task of the process waits for a server, the thread itself waits.
/// Where that does not suffice, as the server is far away or slow, it is tried again only after more and more waits. And from
/// time to time the task is parked all the same, as others may want the thread: on one processor there is no other.
struct AdaptiveWait {
    /// How many tasks of this process wait for a server at this moment.
    private static let waiting = Atomic(0)
    /// For so long, rounded up to one or two ticks of the system's clock.
    static let milliseconds: Int32 = 2

    private static let maximumRun = 64

    /// How many waits are still to be parked without trying.
    private var skips = 0
    /// How many have sufficed since the task was last parked.
    private var run = 0
    /// How many will be after the next miss.
    private var penalty = 1

    /// Notes that a task begins to wait; true when it is the only one.
    static func enter() -> Bool { waiting.add(1, ordering: .relaxed).oldValue == 0 }

    /// Notes that it waits no more.
    static func leave() { waiting.subtract(1, ordering: .relaxed) }

    /// Whether it is to be tried this time.
    mutating func isWorthTrying() -> Bool {
        if skips > 0 {
            skips -= 1
        } else if run < Self.maximumRun {
            return true
        }
        run = 0
        return false
    }

    /// Notes whether it has sufficed.
    mutating func note(_ hasSufficed: Bool) {
        if hasSufficed {
            penalty = 1
            run += 1
        } else {
            skips = penalty
            penalty = min(penalty * 2, 256)
        }
    }
}
