#if canImport(Darwin)
import Darwin

/// The parts of the socket interface that are different on Darwin.
enum System {
    /// ``makeSocket(family:)`` has switched the signal off for the socket.
    static let sendFlags = Int32(MSG_DONTWAIT)
    static let streamSocket = SOCK_STREAM

    /// A stream socket that does not block, is closed in child processes and raises no SIGPIPE.
    static func makeSocket(family: Int32) -> Int32 {
        let descriptor = socket(family, streamSocket, 0)
        guard descriptor >= 0 else { return descriptor }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        suppressPipeSignal(descriptor)
        return descriptor
    }

    /// A write to a socket that the peer has closed fails instead of raising SIGPIPE.
    static func suppressPipeSignal(_ descriptor: Int32) {
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sends keepalive probes after so many seconds of silence.
    static let keepAliveIdleOption = TCP_KEEPALIVE

    /// Darwin has no limit of how long sent data may stay unacknowledged.
    static let userTimeoutOption: Int32? = nil

    /// The clock that goes on while the machine sleeps.
    static let continuousClock = CLOCK_MONOTONIC_RAW

    /// The user of the process at the other end of a Unix socket.
    static func peerUserID(_ descriptor: Int32) throws(SystemError) -> uid_t {
        var user: uid_t = 0
        var group: gid_t = 0
        _ = try retryingOnInterrupt { unsafe getpeereid(descriptor, &user, &group) }
        return user
    }
}
#endif
