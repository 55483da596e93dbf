import PGWire

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

    /// Repeats a call while signals interrupt it; throws when the result is negative.
    static func check<Result: SignedInteger>(_ call: String, _ body: () -> Result) throws -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw SystemCallFailure(call: call, code: errno) }
        }
    }
}

/// A file descriptor that is closed with its last reference.
final class Descriptor: Sendable {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { close(number) }
}

/// The result of waiting for descriptors.
enum Readiness {
    case ready
    case stopped
    case timedOut

    /// Waits until `descriptor` is ready for `events` or `stop` is readable. If both are, `ready` is returned, so that
    /// bytes from before the stop are still received.
    static func wait(
        for descriptor: Int32, _ events: Int32, orStop stop: Int32, until deadline: ContinuousClock.Instant
    ) throws -> Readiness {
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&entries, 2, deadline.millisecondsFromNow)
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

extension ContinuousClock.Instant {
    /// The time from now until this instant as a timeout of `poll`: in milliseconds, rounded up so that the instant
    /// has come when `poll` returns, and 0 once it has passed.
    var millisecondsFromNow: Int32 { Int32(clamping: max(self - .now, .zero).wholeMilliseconds) }
}
