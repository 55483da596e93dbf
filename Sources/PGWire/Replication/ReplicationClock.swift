#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The time of day as the replication protocol has it.
enum ReplicationClock {
    /// Microseconds since 2000-01-01 00:00:00 UTC.
    static func microseconds() -> Int64 {
        // From 1970 on; no clock is so far off that it would not fit.
        Int64(exactly: ((Date().timeIntervalSince1970 - 946_684_800) * 1_000_000).rounded()) ?? 0
    }
}
