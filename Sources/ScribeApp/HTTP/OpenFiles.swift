#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How many files and sockets the system grants this process.
enum OpenFiles {
    /// Asks for `count`, where there are fewer by now.
    ///
    /// - Returns: how many there are, at most `count`.
    static func request(_ count: Int) -> Int {
        #if canImport(Darwin)
        let resource = RLIMIT_NOFILE
        #else
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return count }
        let wanted = rlim_t(count)
        guard limit.rlim_cur < wanted else { return count }
        let before = limit.rlim_cur
        limit.rlim_cur = min(wanted, limit.rlim_max)
        return Int(setrlimit(resource, &limit) == 0 ? limit.rlim_cur : before)
    }
}
