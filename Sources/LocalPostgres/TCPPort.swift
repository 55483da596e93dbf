#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A TCP port on 127.0.0.1.
enum TCPPort {
    /// A port that no program listens on now. It is below the range of the system's ephemeral ports, where a
    /// connection could take it before the server does or while it restarts. The caller must still be prepared to try
    /// another one, as a port cannot be reserved for another program.
    static func free() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 15_000..<32_000)
            if isFree(port) { return port }
        }
        throw LocalPostgresError.portInUse(0)
    }

    /// Whether a server could listen on `port` now.
    static func isFree(_ port: Int) -> Bool {
        withSocket(port) { socket, address, length in
            var on: Int32 = 1
            // As servers do, so that connections in TIME_WAIT do not matter.
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            return bind(socket, address, length) == 0 && listen(socket, 1) == 0
        }
    }

    /// Whether a program accepts connections on `port`.
    static func accepts(_ port: Int) -> Bool {
        withSocket(port) { socket, address, length in connect(socket, address, length) == 0 }
    }

    private static func withSocket(
        _ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        #if canImport(Darwin)
        let socket = Descriptor(Darwin.socket(AF_INET, SOCK_STREAM, 0))
        _ = fcntl(socket.number, F_SETFD, FD_CLOEXEC)
        #else
        let socket = Descriptor(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0))
        #endif
        guard socket.number >= 0, let port = UInt16(exactly: port) else { return false }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
