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
}
#endif
