#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The peak memory, for tests of memory limits.
package enum PeakMemory {
    /// The peak resident memory of this process, in bytes.
    package static var ofProcess: Int {
        var usage = rusage()
        #if canImport(Darwin)
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
        #else
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
        #endif
    }
}
