import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Resolves host names.
enum NameResolution {
    /// Why a name was not resolved.
    enum Failure: Error, Sendable, Hashable {
        case notFound(String)
        case timedOut
        case cancelled
    }

    /// The addresses to try, in the system's order. A numeric address is parsed; for a name, `getaddrinfo` runs on a
    /// thread of its own, as it blocks and has no timeout.
    static func resolve(
        _ host: String, port: UInt16, until deadline: MonotonicInstant?
    ) async throws(Failure) -> [SocketAddress] {
        if let address = SocketAddress(numeric: host, port: port) { return [address] }
        let answer = Answer()
        let readiness: Readiness
        do throws(SystemError) {
            readiness = Readiness(poller: try .shared())
            try startThread {
                answer.result.withLock { $0 = lookUp(host, port: port) }
                readiness.signal(.readable)
            }
        } catch {
            throw .notFound(error.description)
        }
        switch await readiness.wait(for: .readable, until: deadline, ignoringCancellation: false) {
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .ready, .failed: break
        }
        guard let result = answer.result.withLock({ $0 }) else { throw .timedOut }
        return try result.get()
    }

    private final class Answer: Sendable {
        let result = Mutex<Result<[SocketAddress], Failure>?>(nil)
    }

    private static func lookUp(_ host: String, port: UInt16) -> Result<[SocketAddress], Failure> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = System.streamSocket
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            let text = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return .failure(.notFound(text))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let pointer = unsafe entry.pointee.ai_addr {
                let length = unsafe entry.pointee.ai_addrlen
                let name = unsafe numericHost(pointer, length)
                let address = unsafe SocketAddress(pointer, length: length, numericHost: name, port: port)
                if !addresses.contains(address) { addresses.append(address) }
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(.notFound("it has no address")) : .success(addresses)
    }

    private static func numericHost(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String {
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = unsafe getnameinfo(
            address, length, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
        guard code == 0, let end = buffer.firstIndex(of: 0) else { return "?" }
        return String(decoding: buffer[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
