#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The time of day, for people.
enum WallClock {
    /// `2026-03-01 12:34:56.789012`, as it is here.
    static func now() -> String {
        var time = timeval()
        unsafe gettimeofday(&time, nil)
        var seconds = time.tv_sec
        var local = unsafe tm()
        unsafe localtime_r(&seconds, &local)
        let date = unsafe [local.tm_year + 1900, local.tm_mon + 1, local.tm_mday]
        let clock = unsafe [local.tm_hour, local.tm_min, local.tm_sec]
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(count - text.utf8.count, 0)) + text
        }
        let day = date.map { digits(Int($0), 2) }.joined(separator: "-")
        let hour = clock.map { digits(Int($0), 2) }.joined(separator: ":")
        return "\(day) \(hour).\(digits(Int(time.tv_usec), 6))"
    }
}
