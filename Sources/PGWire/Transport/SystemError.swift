#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The `errno` of a failed system call.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Int32

    package init(code: Int32) { self.code = code }

    /// The `errno` of this thread's last failed call.
    static var current: SystemError { SystemError(code: errno) }

    /// The system's message, such as `Connection refused`.
    package var description: String {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = buffer.count
        let isKnown = unsafe buffer.withUnsafeMutableBufferPointer { pointer -> Bool in
            guard let base = pointer.baseAddress else { return false }
            return unsafe __xpg_strerror_r_compatible(code, base, count) == 0
        }
        guard isKnown else { return "error \(code)" }
        let end = buffer.firstIndex(of: 0) ?? buffer.count
        return String(decoding: buffer[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }
    var isInterrupted: Bool { code == EINTR }
}

/// The POSIX form, whichever of the two `strerror_r` the C library has.
private func __xpg_strerror_r_compatible(
    _ code: Int32, _ buffer: UnsafeMutablePointer<CChar>, _ count: Int
) -> Int32 {
    unsafe strerror_r(code, buffer, count)
}

/// Repeats a system call while signals interrupt it (EINTR). Throws when the result is negative.
func retryingOnInterrupt<I: SignedInteger>(_ call: () -> I) throws(SystemError) -> I {
    while true {
        let result = call()
        if result >= 0 { return result }
        let error = SystemError.current
        if !error.isInterrupted { throw error }
    }
}
