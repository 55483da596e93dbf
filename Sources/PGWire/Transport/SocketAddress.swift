#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An address to connect a socket to, as the system has it.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    let family: Int32
    let bytes: [UInt8]
    /// `127.0.0.1:5432`, `[::1]:5432` or a path.
    package let description: String

    /// Copies what `getaddrinfo` found; `numericHost` is the same address as text.
    init(_ pointer: UnsafePointer<sockaddr>, length: socklen_t, numericHost: String, port: UInt16) {
        family = Int32(unsafe pointer.pointee.sa_family)
        bytes = unsafe Array(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
        description = numericHost.contains(":") ? "[\(numericHost)]:\(port)" : "\(numericHost):\(port)"
    }

    /// The Unix socket at `path`; a leading `@` stands for Linux's abstract name space. Nil when the path is too long for
    /// the system.
    init?(unixSocketPath path: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard name.count < capacity else { return nil }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        // The length of an abstract name counts, that of a path ends at its zero byte.
        let header = MemoryLayout<sockaddr_un>.size - capacity
        family = AF_UNIX
        bytes = unsafe withUnsafeBytes(of: address) {
            unsafe Array($0.prefix(header + name.count + (isAbstract ? 0 : 1)))
        }
        description = path
    }

    func withSocketAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
        unsafe bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
    }
}
