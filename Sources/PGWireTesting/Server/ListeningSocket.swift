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
        let bound = try BoundSocket()
        try self.init(bound)
    }

    /// Listens on a reserved port.
    init(on reserved: ReservedPort) throws {
        try self.init(BoundSocket(port: reserved.port, sharesPort: true))
    }

    private init(_ bound: BoundSocket) throws {
        descriptor = bound.descriptor
        port = bound.port
        _ = try SystemCallFailure.check("listen") { listen(bound.descriptor.number, 64) }
    }

    /// Accepts the next connection.
    func accept() throws -> Descriptor {
        let number = try SystemCallFailure.check("accept") { systemAccept(descriptor.number) }
        let connection = Descriptor(number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        connection.sendsAtOnce()
        return connection
    }
}

/// A port on 127.0.0.1 that no other program gets while this lives. Connections are refused unless a
/// ``ListeningSocket`` is made on it.
struct ReservedPort: Sendable {
    private let bound: BoundSocket
    var port: UInt16 { bound.port }

    init() throws { bound = try BoundSocket(sharesPort: true) }
}

/// A TCP socket that is bound to a port on 127.0.0.1.
private struct BoundSocket: Sendable {
    let descriptor: Descriptor
    let port: UInt16

    /// Port 0 chooses a free one.
    init(port wanted: UInt16 = 0, sharesPort: Bool = false) throws {
        let descriptor = Descriptor(try SystemCallFailure.check("socket") { socket(AF_INET, streamSocket, 0) })
        if sharesPort { descriptor.set(SOL_SOCKET, SO_REUSEPORT) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = wanted.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = try SystemCallFailure.check("bind") { bind(descriptor.number, address, length) }
                _ = try SystemCallFailure.check("getsockname") { getsockname(descriptor.number, address, &length) }
            }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }
}

// The method above hides the system's function of the same name.
private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }
