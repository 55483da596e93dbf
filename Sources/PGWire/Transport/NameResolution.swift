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
    /// thread of its own, as it blocks and has no timeout. There are no more such threads than ``maximumThreads``, and further names
    /// wait for one: where no name server answers, each may be at it for half a minute, whether or not anybody still waits.
    static func resolve(
        _ host: String, port: UInt16, until deadline: MonotonicInstant?
    ) async throws(Failure) -> [SocketAddress] {
        if let address = SocketAddress(numeric: host, port: port) { return [address] }
        let question: Question
        do throws(SystemError) {
            question = Question(host, port, Readiness(poller: try .shared()))
            try enqueue(question)
        } catch {
            throw .notFound(error.description)
        }
        let outcome = await question.readiness.wait(for: .readable, until: deadline, ignoringCancellation: false)
        question.readiness.disarm()
        let result = question.giveUp()
        switch outcome {
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .ready, .failed: break
        }
        guard let result else { throw .timedOut }
        return try result.get()
    }

    private final class Question: Sendable {
        let host: String
        let port: UInt16
        let readiness: Readiness
        private let state = Mutex<(answer: Result<[SocketAddress], Failure>?, isGivenUp: Bool)>((nil, false))

        init(_ host: String, _ port: UInt16, _ readiness: Readiness) {
            self.host = host
            self.port = port
            self.readiness = readiness
        }

        /// Looks the name up, if somebody still waits for it.
        func answer() {
            guard !state.withLock({ $0.isGivenUp }) else { return }
            let result = lookUp(host, port: port)
            state.withLock { $0.answer = result }
            readiness.signal(.readable)
        }

        /// The answer if there is one; nobody waits for it from now on.
        func giveUp() -> Result<[SocketAddress], Failure>? {
            state.withLock { state in
                state.isGivenUp = true
                return state.answer
            }
        }
    }

    private struct Work {
        var questions: [Question] = []
        var threads = 0
    }

    private static let maximumThreads = 64
    private static let work = Mutex(Work())

    private static func enqueue(_ question: Question) throws(SystemError) {
        let needsThread = work.withLock { work in
            work.questions.append(question)
            guard work.threads < maximumThreads else { return false }
            work.threads += 1
            return true
        }
        guard needsThread else { return }
        do throws(SystemError) { try startThread { answerAll() } } catch {
            // The threads that there are may answer it yet, but nobody waits for that.
            _ = question.giveUp()
            work.withLock { $0.threads -= 1 }
            throw error
        }
    }

    private static func answerAll() {
        while let question = nextQuestion() { question.answer() }
    }

    /// Without any the thread ends.
    private static func nextQuestion() -> Question? {
        work.withLock { work in
            guard !work.questions.isEmpty else {
                work.threads -= 1
                return nil
            }
            return work.questions.removeFirst()
        }
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
