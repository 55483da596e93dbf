#if canImport(Glibc)
import Glibc

/// The parts of the socket interface that are different on Linux.
enum System {
    /// A write does not block, and a write to a socket that the peer has closed fails instead of raising SIGPIPE.
    static let sendFlags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    static let streamSocket = Int32(SOCK_STREAM.rawValue)

    /// A stream socket that does not block and is closed in child processes.
    static func makeSocket(family: Int32) -> Int32 {
        socket(family, streamSocket | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    /// Nothing to do: ``sendFlags`` do it for each write.
    static func suppressPipeSignal(_ descriptor: Int32) {}

    /// Sends keepalive probes after so many seconds of silence.
    static let keepAliveIdleOption = TCP_KEEPIDLE

    /// Limits how long sent data may stay unacknowledged, in milliseconds.
    static let userTimeoutOption: Int32? = TCP_USER_TIMEOUT

    /// The clock that goes on while the machine sleeps.
    static let continuousClock = CLOCK_BOOTTIME

    /// The user of the process at the other end of a Unix socket.
    static func peerUserID(_ descriptor: Int32) throws(SystemError) -> uid_t {
        // `ucred`: process, user and group. Swift does not see the struct.
        var credentials: [UInt32] = [0, 0, 0]
        let size = MemoryLayout<UInt32>.size * credentials.count
        _ = try retryingOnInterrupt {
            var length = socklen_t(size)
            return unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length)
        }
        return credentials[1]
    }
}
#endif
