#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(Glibc)
/// A stream socket that programs started meanwhile do not inherit.
let streamSocket = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
/// Without waiting, and without a signal, which would kill the program, when the peer has gone.
let sendFlags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
#else
let streamSocket = SOCK_STREAM
let sendFlags = Int32(MSG_DONTWAIT)
#endif

/// Sockets as a test's server needs them.
extension Descriptor {
    /// Switches an option on.
    func set(_ level: Int32, _ option: Int32) {
        var one: Int32 = 1
        _ = setsockopt(number, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Each piece that is sent is to travel by itself, and at once.
    func sendsAtOnce() { set(Int32(IPPROTO_TCP), TCP_NODELAY) }

    /// Ends the connection so that the peer sees the end of the stream, after all that was sent before.
    func finish() {
        // What is unread at a close would make it a reset, which may overtake what was sent.
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
        shutdown(number, Int32(SHUT_RDWR))
    }

    /// Closes the socket by a reset, at once and whoever else holds this: the peer's next call fails. The descriptor stays
    /// valid, and stands for nothing.
    func reset() {
        var abort = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(number, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0 else { return }
        _ = dup2(nothing, number)
        _ = close(nothing)
    }
}
