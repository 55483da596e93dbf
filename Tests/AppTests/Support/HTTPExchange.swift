#if canImport(Darwin)
import Darwin
import PGSchemaSQL
import TestSupport
#else
import Glibc
#endif

/// One HTTP request and its answer, over a socket of its own: the tests compare bytes, so nothing stands between.
struct HTTPExchange: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: String

    struct Failure: Error { let what: String, errorNumber: Int32 }

    static func get(_ path: String, port: UInt16) async throws -> HTTPExchange {
        try await send("GET", path, port: port)
    }

    static func send(
        _ method: String, _ path: String, _ headers: [String: String] = [:], port: UInt16
    ) async throws -> HTTPExchange {
        let fields = headers.map { "\($0): \($1)\r\n" }.joined()
        let request = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\(fields)\r\n"
        return try await send(bytes: Array(request.utf8), port: port)
    }

    /// Sends whatever it is.
    static func send(bytes: [UInt8], port: UInt16) async throws -> HTTPExchange {
        try await onThread { try HTTPExchange(bytes, port: port) }
    }

    private init(_ bytes: [UInt8], port: UInt16) throws {
        let socket = try Self.connect(port: port)
        defer { close(socket) }
        guard write(socket, bytes, bytes.count) == bytes.count else { throw Failure(what: "write", errorNumber: errno) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(socket, &buffer, buffer.count), count > 0 { answer += buffer[..<count] }
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw Failure(what: "answer: \(text)", errorNumber: 0) }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstRange(of: ": ") else { continue }
            headers[line[..<colon.lowerBound].lowercased()] = String(line[colon.upperBound...])
        }
        self.headers = headers
        body = String(text[end.upperBound...])
    }

    /// A socket to 127.0.0.1, for the caller to close; it never blocks, and need not be connected by now, when `waits` is false.
    static func connect(port: UInt16, waits: Bool = true) throws -> Int32 {
        #if canImport(Darwin)
        let socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        #else
        // Not for programs that other tests start meanwhile: these would keep it open and have fewer files of their own.
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #endif
        if !waits { _ = fcntl(socket, F_SETFL, O_NONBLOCK) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #if canImport(Darwin)
                Darwin.connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                #else
                Glibc.connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                #endif
            }
        }
        guard result == 0 || !waits && errno == EINPROGRESS else {
            defer { close(socket) }
            throw Failure(what: "connect", errorNumber: errno)
        }
        return socket
    }
}
