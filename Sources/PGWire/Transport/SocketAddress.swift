#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A socket address of the system.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    let family: Int32
    let bytes: [UInt8]
    /// The numeric host, or a path.
    private let host: String
    /// Nil for a path.
    private let port: UInt16?

    /// Copies an address of `getaddrinfo`; `numericHost` is the same address as text.
    init(_ pointer: UnsafePointer<sockaddr>, length: socklen_t, numericHost: String, port: UInt16) {
        family = Int32(unsafe pointer.pointee.sa_family)
        bytes = unsafe Array(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
        host = numericHost
        self.port = port
    }

    /// Parses a numeric address (`192.0.2.1`, `2001:db8::1`); nil for a name, and for an address with a zone, which
    /// only the resolver can parse.
    init?(numeric text: String, port: UInt16) {
        var version4 = sockaddr_in()
        var version6 = sockaddr_in6()
        if unsafe inet_pton(AF_INET, text, &version4.sin_addr) == 1 {
            version4.sin_family = sa_family_t(AF_INET)
            version4.sin_port = port.bigEndian
            #if canImport(Darwin)
            version4.sin_len = UInt8(MemoryLayout<sockaddr_in>.size)
            #endif
            family = AF_INET
            bytes = unsafe withUnsafeBytes(of: version4) { unsafe Array($0) }
        } else if unsafe inet_pton(AF_INET6, text, &version6.sin6_addr) == 1 {
            version6.sin6_family = sa_family_t(AF_INET6)
            version6.sin6_port = port.bigEndian
            #if canImport(Darwin)
            version6.sin6_len = UInt8(MemoryLayout<sockaddr_in6>.size)
            #endif
            family = AF_INET6
            bytes = unsafe withUnsafeBytes(of: version6) { unsafe Array($0) }
        } else {
            return nil
        }
        host = text
        self.port = port
    }

    /// The Unix socket at `path`; a leading `@` stands for Linux's abstract namespace. Nil when the path is too long
    /// for the system.
    init?(unixSocketPath path: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard name.count < capacity else { return nil }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        // An abstract name is counted by the length, a path ends at its zero byte.
        let header = MemoryLayout<sockaddr_un>.size - capacity
        family = AF_UNIX
        bytes = unsafe withUnsafeBytes(of: address) {
            unsafe Array($0.prefix(header + name.count + (isAbstract ? 0 : 1)))
        }
        host = path
        port = nil
    }

    /// `127.0.0.1:5432`, `[::1]:5432` or a path.
    package var description: String {
        guard let port else { return host }
        return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    var isUnixSocket: Bool { family == AF_UNIX }

    func withSocketAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
        unsafe bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
    }
}
