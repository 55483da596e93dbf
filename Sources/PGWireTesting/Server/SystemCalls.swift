#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A system call that failed, in a test's server.
struct SystemCallFailure: Error, CustomStringConvertible {
    let call: String
    let code: Int32

    var description: String { "\(call): \(String(cString: strerror(code)))" }

    /// Calls until no signal interrupts, and throws when the result is negative.
    static func check<Result: SignedInteger>(_ call: String, _ body: () -> Result) throws -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw SystemCallFailure(call: call, code: errno) }
        }
    }
}

/// A file descriptor that is closed when its last owner goes.
final class Descriptor: Sendable {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { close(number) }
}

/// What waits for several descriptors at once, with a deadline.
enum Readiness {
    case ready
    case stopped
    case timedOut

    /// Waits until `descriptor` is ready for `events` or `stop` is readable. What is ready counts first, so that what
    /// came before the stop is still seen.
    static func wait(
        for descriptor: Int32, _ events: Int32, orStop stop: Int32, until deadline: ContinuousClock.Instant
    ) throws -> Readiness {
        while true {
            let left = max(ContinuousClock.now.duration(to: deadline), .zero).components
            let milliseconds = left.seconds * 1000 + (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
            var entries = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&entries, 2, Int32(clamping: milliseconds))
            if count < 0 {
                guard errno == EINTR else { throw SystemCallFailure(call: "poll", code: errno) }
            } else if entries[0].revents != 0 {
                return .ready
            } else if entries[1].revents != 0 {
                return .stopped
            } else if count == 0 {
                return .timedOut
            }
        }
    }
}
