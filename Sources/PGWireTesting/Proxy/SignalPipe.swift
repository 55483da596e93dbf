#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Wakes a thread that waits for descriptors.
struct SignalPipe: Sendable {
    /// Readable once ``signal()`` was called, until ``clear()``.
    let waiting: Descriptor
    private let signaling: Descriptor

    init() throws {
        var ends: [Int32] = [-1, -1]
        _ = try SystemCallFailure.check("pipe") { pipe(&ends) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        waiting = Descriptor(ends[0])
        signaling = Descriptor(ends[1])
    }

    func signal() {
        // A full pipe is readable already.
        _ = write(signaling.number, "!", 1)
    }

    func clear() {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(waiting.number, &buffer, buffer.count) > 0 {}
    }
}
