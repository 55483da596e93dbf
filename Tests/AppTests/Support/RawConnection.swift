import Dispatch
import PGSchemaSQL
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A connection of which every byte is the test's own, for what no HTTP client does. Its calls block: see ``onThread(_:)``.
final class RawConnection {
    private let socket: Int32

    /// How long anything may take here, so that a server that does not close is a failure and not a test without end.
    private static let timeout = timeval(tv_sec: 10, tv_usec: 0)

    init(port: UInt16) throws {
        socket = try HTTPExchange.connect(port: port)
        var timeout = Self.timeout
        let length = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(socket, SOL_SOCKET, option, &timeout, length) }
        // Small: then what was sent has been read, nearly, and answers soon find no more room.
        var size: Int32 = 65536
        for option in [SO_SNDBUF, SO_RCVBUF] {
            setsockopt(socket, SOL_SOCKET, option, &size, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    deinit { close(socket) }

    /// Sends `text`, or nothing when the server has closed.
    func send(_ text: String) { _ = sendSome(Array(text.utf8)[...]) }

    /// Sends `piece` over and over until the server closes.
    ///
    /// - Returns: how many bytes were taken, and whether it closed or took `maximum` or nothing for long.
    func flood(with piece: String, upTo maximum: Int) -> (count: Int, isClosed: Bool) {
        let bytes = Array(piece.utf8)
        var count = 0
        while count < maximum {
            let sent = sendSome(bytes[(count % bytes.count)...])
            guard sent > 0 else { return (count, errno == EPIPE || errno == ECONNRESET) }
            count += sent
        }
        return (count, false)
    }

    /// What comes until the server closes, and whether it does.
    func readToEnd() -> (text: String, isClosed: Bool) {
        var all: [UInt8] = []
        while true {
            let (bytes, isClosed) = readSome()
            all += bytes
            if bytes.isEmpty { return (String(decoding: all, as: UTF8.self), isClosed) }
        }
    }

    /// The first answer's status, when there is one; its body must be short.
    func status() -> Int? { Self.status(of: String(decoding: readSome().bytes, as: UTF8.self)) }

    static func status(of answer: String) -> Int? { answer.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

    /// Sends `text` again and again, with a pause between, until the server closes; whether it did.
    func trickle(_ text: String) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while clock.now < end {
            // Whether it sends no more does not matter, but whether it takes no more.
            var descriptor = pollfd(fd: socket, events: 0, revents: 0)
            poll(&descriptor, 1, 50)
            guard sendSome(Array(text.utf8)[...]) > 0 else { return errno == EPIPE || errno == ECONNRESET }
        }
        return false
    }

    /// Takes those out of `connections` where something comes, or an end, until that is so for none of them any more.
    static func answered(among connections: inout [RawConnection]) -> [RawConnection] {
        var answered: [RawConnection] = []
        while true {
            var descriptors = connections.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
            let count = poll(&descriptors, nfds_t(descriptors.count), answered.isEmpty ? 10_000 : 300)
            guard count > 0 else { return answered }
            for (place, descriptor) in descriptors.enumerated().reversed() where descriptor.revents != 0 {
                answered.append(connections.remove(at: place))
            }
        }
    }

    private func sendSome(_ bytes: ArraySlice<UInt8>) -> Int {
        #if canImport(Darwin)
        return bytes.withUnsafeBytes { Darwin.send(socket, $0.baseAddress, $0.count, 0) }
        #else
        return bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        #endif
    }

    private func readSome() -> (bytes: ArraySlice<UInt8>, isClosed: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(socket, &buffer, buffer.count)
        return (buffer[..<max(count, 0)], count == 0 || count < 0 && errno == ECONNRESET)
    }
}

/// Runs what blocks on a thread of its own: those that tests share are few.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    // Within the task: issues belong to its test.
    try await withTaskExecutorPreference(Thread()) { try await run(body) }
}

@concurrent private func run<Result: Sendable>(_ body: @Sendable () throws -> Result) async throws -> Result {
    try body()
}

private final class Thread: TaskExecutor {
    private let queue = DispatchQueue(label: "blocking")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
