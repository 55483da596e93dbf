#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(Glibc)
/// A stream socket that child processes do not inherit.
let streamSocket = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
/// Does not block, and fails without SIGPIPE when the peer has closed the connection.
let sendFlags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
#else
let streamSocket = SOCK_STREAM
let sendFlags = Int32(MSG_DONTWAIT)
#endif

/// Socket options for a test's server.
extension Descriptor {
    /// Sets a boolean option.
    func set(_ level: Int32, _ option: Int32) {
        var one: Int32 = 1
        _ = setsockopt(number, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sends each piece at once, in a segment of its own.
    func sendsAtOnce() { set(Int32(IPPROTO_TCP), TCP_NODELAY) }

    /// Ends the connection so that the peer gets the end of the stream after all bytes sent before.
    func finish() {
        // Unread bytes would turn the close into a reset, which may overtake the bytes sent.
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
        shutdown(number, Int32(SHUT_RDWR))
    }

    /// Resets the connection at once, whoever else holds the descriptor: the peer's next call fails. The descriptor
    /// stays valid but refers to `/dev/null`.
    func reset() {
        var abort = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(number, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0 else { return }
        _ = dup2(nothing, number)
        _ = close(nothing)
    }
}
