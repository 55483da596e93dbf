#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A moment of the clock that deadlines are measured by, which goes on while the machine sleeps: that of `ContinuousClock`.
///
/// The library hides how large a `ContinuousClock.Instant` is, so that every copy of one goes through a table of functions, and
/// every asynchronous function that has one asks its task for memory. That took a tenth of the instructions of a small query.
package struct MonotonicInstant: Sendable, Hashable, Comparable {
    /// Since some moment in the past that stays the same as long as the process lives.
    private var nanoseconds: Int64

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: MonotonicInstant {
        var time = timespec()
        unsafe clock_gettime(System.continuousClock, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// So much later; the end of time where that cannot be expressed.
    package static func + (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return MonotonicInstant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    package static func - (later: MonotonicInstant, earlier: MonotonicInstant) -> Duration {
        let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return .nanoseconds(overflow ? (later < earlier ? .min : .max) : difference)
    }

    package func duration(to later: MonotonicInstant) -> Duration { later - self }
}

extension Duration {
    /// Nanoseconds, rounded towards zero; the most that can be expressed where it is more.
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || sumOverflow ? (seconds < 0 ? .min : .max) : sum
    }
}
