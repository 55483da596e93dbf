import LocalPostgres
import PGWire
import PGWireTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

#if canImport(Darwin)
private let streamSocket = SOCK_STREAM
#else
private let streamSocket = Int32(SOCK_STREAM.rawValue)
#endif

/// A TCP socket that is connected to 127.0.0.1, as a program of one's own makes it.
func connectedSocket(port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, streamSocket, 0)
    guard descriptor >= 0 else { throw FileError(path: "socket", number: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = port.bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard result == 0 else {
        close(descriptor)
        throw FileError(path: "connect", number: errno)
    }
    return descriptor
}

/// The two ends of a pair of sockets.
func socketPair() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, streamSocket, 0, &ends) == 0 else { throw FileError(path: "socketpair", number: errno) }
    return (ends[0], ends[1])
}

/// A descriptor under a number that nobody else gets, as the system gives the lowest that is free: so it can be told
/// whether it is closed, and whether it is closed again afterwards.
struct NumberedDescriptor {
    let number: Int32

    /// Takes over `descriptor` under another number.
    init(_ descriptor: Int32) throws {
        number = fcntl(descriptor, F_DUPFD, 900)
        close(descriptor)
        guard number >= 0 else { throw FileError(path: "F_DUPFD", number: errno) }
    }

    var isOpen: Bool { fcntl(number, F_GETFD) >= 0 }

    /// Whether something else now has the number; `body` runs meanwhile, and must not close it.
    func staysOpen(during body: () async throws -> Void) async rethrows -> Bool {
        let other = open("/dev/null", O_RDONLY | O_CLOEXEC)
        dup2(other, number)
        close(other)
        try await body()
        defer { close(number) }
        return isOpen
    }
}

/// A server within this process, at the other end of a pair: it lets everybody in and answers every statement by the number
/// 42, until the client closes.
enum PairedServer {
    static func serve(_ descriptor: Int32) async throws {
        try await BlockingThread.run {
            defer { close(descriptor) }
            var decoder = FrontendDecoder()
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return }
                decoder.append(Array(buffer.prefix(count)))
                while let request = try decoder.next() {
                    var answer = answers(to: request.kind).bytes
                    while !answer.isEmpty {
                        let sent = write(descriptor, answer, answer.count)
                        guard sent > 0 else { return }
                        answer.removeFirst(sent)
                    }
                }
            }
        }
    }

    private static func answers(to request: FrontendRequest.Kind) -> [WireMessage] {
        switch request {
        case .startup: WireMessage.greeting
        case .sync:
            [
                .parseComplete, .bindComplete, .rowDescription([.init("n", type: 20)]),
                .dataRow([[0, 0, 0, 0, 0, 0, 0, 42]]), .commandComplete("SELECT 1"), .readyForQuery(),
            ]
        default: []
        }
    }
}
