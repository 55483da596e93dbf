#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the operating system says about this process.
enum Process {
    /// User and system time of all threads.
    static var processorTime: Duration {
        let used = usage
        return .seconds(Int64(used.ru_utime.tv_sec + used.ru_stime.tv_sec))
            + .microseconds(Int64(used.ru_utime.tv_usec + used.ru_stime.tv_usec))
    }

    /// The most memory that was resident at once, in KiB. Not `ru_maxrss`: on Linux that keeps the peak of the process
    /// that made this one, from before `exec`.
    static var peakMemory: Int {
        status("VmHWM:") ?? Int(usage.ru_maxrss)
    }

    /// The memory resident now, in KiB.
    static var memory: Int {
        status("VmRSS:") ?? Int(usage.ru_maxrss)
    }

    private static var usage: rusage {
        var usage = rusage()
        #if canImport(Darwin)
        getrusage(RUSAGE_SELF, &usage)
        #else
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #endif
        return usage
    }

    /// A line of /proc/self/status; nil where there is no such file.
    private static func status(_ name: String) -> Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = line.prefix { $0 != 0 }.split { $0 == 32 || $0 == 9 || $0 == 10 }.map {
                String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
            if words.first == name, words.count > 1 { return Int(words[1]) }
        }
        return nil
    }
}
