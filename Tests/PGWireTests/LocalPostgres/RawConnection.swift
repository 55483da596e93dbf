import LocalPostgres

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A TCP connection to 127.0.0.1 for a few bytes.
struct RawConnection {
    private let descriptor: Descriptor

    /// Nil when nobody accepts it.
    init?(port: Int) {
        #if canImport(Darwin)
        descriptor = Descriptor(socket(AF_INET, SOCK_STREAM, 0))
        #else
        descriptor = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { return nil }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// What is answered to SSLRequest: `S` or `N`.
    func answerToSSLRequest() -> String? {
        let request: [UInt8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]
        guard write(descriptor.number, request, request.count) == request.count else { return nil }
        return descriptor.readSome()
    }
}
