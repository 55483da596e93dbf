import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads that compute for long. They are not Swift's, which other tests need to go on, and they give way to others,
/// which have deadlines.
enum FuzzWorkers {
    static let count = 2

    /// Runs `body` with the numbers from 0 up to `count`, each on a thread, and returns what it returns.
    static func run<R: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> R) async -> [R] {
        await withCheckedContinuation { continuation in
            let results = Mutex<[R]>([])
            for number in 0..<count {
                Thread.detachNewThread {
                    #if canImport(Glibc)
                    // Of this thread alone, on Linux.
                    setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10)
                    #endif
                    let result = body(number)
                    let all: [R]? = results.withLock { results in
                        results.append(result)
                        return results.count == count ? results : nil
                    }
                    if let all { continuation.resume(returning: all) }
                }
            }
        }
    }
}
