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
}
#endif
