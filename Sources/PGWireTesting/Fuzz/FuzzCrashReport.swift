#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reports the session in which a trap happened. A trap ends the process, so the seed of each session is stored before
/// it begins, for a signal handler to write.
package struct FuzzCrashReport: @unchecked Sendable {
    /// The maximum number of workers.
    package static let workerLimit = 16
    private static let lineLength = 96

    /// One line per worker, padded with blanks: a signal handler must not allocate.
    nonisolated(unsafe) private static let lines = UnsafeMutablePointer<UInt8>.allocate(
        capacity: workerLimit * lineLength)
    private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM]

    /// Stores the seed of the session that `worker` runs.
    package static func note(_ seed: UInt64, worker: Int) {
        let text = "fuzz: worker \(worker) was at the session of PGWIRE_FUZZ_SEED=\(seed)"
        var position = worker * lineLength
        for byte in text.utf8.prefix(lineLength - 1) {
            lines[position] = byte
            position += 1
        }
        while position < (worker + 1) * lineLength - 1 {
            lines[position] = UInt8(ascii: " ")
            position += 1
        }
        lines[position] = UInt8(ascii: "\n")
    }

    /// Runs `body`. A trap in it, or a timeout after `seconds`, writes the lines and ends the process.
    package static func watching<R>(seconds: UInt32, _ body: () async throws -> R) async rethrows -> R {
        for worker in 0..<workerLimit { note(0, worker: worker) }
        for number in signals {
            signal(number) { number in
                _ = write(2, FuzzCrashReport.lines, FuzzCrashReport.workerLimit * FuzzCrashReport.lineLength)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        alarm(seconds)
        defer {
            alarm(0)
            for number in signals { signal(number, SIG_DFL) }
        }
        return try await body()
    }
}
