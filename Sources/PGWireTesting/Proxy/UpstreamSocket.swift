import PGWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Connects to the server behind a ``FaultyProxy``.
enum UpstreamSocket {
    /// Connects to the first address of `endpoint` that accepts; fails when `stop` becomes readable.
    static func connect(to endpoint: Endpoint, orStop stop: Int32) throws -> Descriptor {
        if let path = endpoint.unixSocketPath { return try connect(toUnixSocket: path) }
        var hints = addrinfo()
        hints.ai_socktype = streamType
        var list: UnsafeMutablePointer<addrinfo>?
        let host = endpoint.address ?? endpoint.host
        guard getaddrinfo(host, String(endpoint.port), &hints, &list) == 0 else {
            throw SystemCallFailure(call: "getaddrinfo", code: ENOENT)
        }
        defer { freeaddrinfo(list) }
        var failure: any Error = SystemCallFailure(call: "connect", code: ENOENT)
        var next = list
        while let entry = next {
            do {
                return try connect(entry.pointee.ai_addr, entry.pointee.ai_addrlen, entry.pointee.ai_family, stop)
            } catch {
                failure = error
            }
            next = entry.pointee.ai_next
        }
        throw failure
    }

    private static func connect(
        _ address: UnsafePointer<sockaddr>, _ length: socklen_t, _ family: Int32, _ stop: Int32
    ) throws -> Descriptor {
        let descriptor = Descriptor(try SystemCallFailure.check("socket") { socket(family, streamSocket, 0) })
        _ = fcntl(descriptor.number, F_SETFL, O_NONBLOCK)
        if family != AF_UNIX { descriptor.sendsAtOnce() }
        guard systemConnect(descriptor.number, address, length) != 0 else { return descriptor }
        guard errno == EINPROGRESS || errno == EINTR else { throw SystemCallFailure(call: "connect", code: errno) }
        let deadline = ContinuousClock.now + .seconds(60)
        guard try Readiness.wait(for: descriptor.number, Int32(POLLOUT), orStop: stop, until: deadline) == .ready else {
            throw SystemCallFailure(call: "connect", code: ETIMEDOUT)
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw SystemCallFailure(call: "connect", code: code) }
        return descriptor
    }

    private static func connect(toUnixSocket path: String) throws -> Descriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemCallFailure(call: "connect", code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try connect($0, socklen_t(MemoryLayout<sockaddr_un>.size), AF_UNIX, -1)
            }
        }
    }

    #if canImport(Glibc)
    private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
    private static let streamType = SOCK_STREAM
    #endif
}

// The methods above hide the system's function of the same name.
private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}
