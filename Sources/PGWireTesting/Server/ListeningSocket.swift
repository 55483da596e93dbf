#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A TCP socket that listens on a free port of 127.0.0.1.
struct ListeningSocket: Sendable {
    let descriptor: Descriptor
    let port: UInt16

    init() throws {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let descriptor = Descriptor(try SystemCallFailure.check("socket") { socket(AF_INET, kind, 0) })
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = try SystemCallFailure.check("bind") { bind(descriptor.number, address, length) }
                _ = try SystemCallFailure.check("listen") { listen(descriptor.number, 64) }
                _ = try SystemCallFailure.check("getsockname") { getsockname(descriptor.number, address, &length) }
            }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    /// The next connection.
    func accept() throws -> Descriptor {
        let number = try SystemCallFailure.check("accept") { systemAccept(descriptor.number) }
        let connection = Descriptor(number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        var one: Int32 = 1
        // Each piece that a script sends is to travel by itself, and at once.
        _ = setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        return connection
    }
}

// The method above hides the system's function of the same name.
private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }
