import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// Blocks the caller's thread for an answer, for a few milliseconds at most, before its task is suspended.
///
/// Suspending and resuming a task costs two thread switches, which take longer than a small query on a server nearby.
/// So the thread itself waits, as long as no other task of the process waits for a server. When the answer takes
/// longer, the next attempt follows after 1, 2, 4 … up to 256 suspended waits. After 64 successes in a row the task is
/// suspended all the same, as other tasks may need the thread.
///
/// In the middle of a long result the thread sleeps a little before it waits. Whoever waits is woken for each 8 KiB that the server
/// sends, and that costs the server a tenth of its time and more, which is then the result's.
package struct AdaptiveWait {
    /// The number of tasks of this process that wait for a server.
    private static let waiting = Atomic(0)
    /// The longest wait on the thread; the system rounds it up to its clock ticks.
    static let milliseconds: Int32 = 2

    private static let maximumRun = 64
    private static let manySuspensions = 32
    /// So many bytes at once are more than the answer to a small query.
    static let much = 4096
    /// After so many times in a row that much came, a long result is under way: at least 128 KiB.
    private static let longRun = 32
    /// Microseconds, to which the system adds about 50. What a server sends meanwhile fits in the socket's buffer.
    private static let pauseLength: UInt32 = 20

    /// The number of waits to suspend before the next attempt.
    private var skips = 0
    /// The number of successes since the task was last suspended.
    private var run = 0
    /// The number of waits to suspend after the next failure.
    private var penalty = 1
    /// The number of times that the task was suspended since an answer came on the thread.
    private var suspensions = 0
    /// How often in a row much came at once.
    private var muchInARow = 0

    package init() {}

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

    /// Notes how many bytes came at once. While much comes, the poller's thread had better not be woken for each part of it.
    package mutating func note(bytes count: Int) {
        guard count >= Self.much else {
            muchInARow = 0
            return
        }
        suspensions = 0
        muchInARow = min(muchInARow + 1, Self.longRun)
    }

    /// Whether a long result is under way.
    package var isInLongResult: Bool { muchInARow == Self.longRun }

    /// Lets the server go on for a moment without having to wake this thread.
    func pause() { usleep(Self.pauseLength) }

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
