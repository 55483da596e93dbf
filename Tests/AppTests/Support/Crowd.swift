#if canImport(Darwin)
import Darwin
import TestSupport
#else
import Glibc
#endif

/// So many clients at once that a server may not let all of them in. Its calls block: see ``onThread(_:)``.
final class Crowd {
    private var sockets: [Int32] = []

    /// Begins to connect, whether or not the server takes it.
    init(_ count: Int, port: UInt16) throws {
        var limit = rlimit()
        #if canImport(Darwin)
        let files = RLIMIT_NOFILE
        #else
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        getrlimit(files, &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(count + 1000)))
        setrlimit(files, &limit)
        for _ in 1...count { sockets.append(try HTTPExchange.connect(port: port, waits: false)) }
    }

    deinit { for socket in sockets { close(socket) } }

    /// Sends `text` on every connection that comes about, until the server is said to be full and no more do for a moment.
    ///
    /// Those that it does not take may look connected all the same.
    func send(_ text: String, until isFull: () -> Bool) {
        let bytes = Array(text.utf8)
        var waiting = sockets.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while clock.now < end {
            let count = poll(&waiting, nfds_t(waiting.count), 200)
            if count <= 0, isFull() { return }
            for descriptor in waiting where descriptor.revents != 0 { _ = write(descriptor.fd, bytes, bytes.count) }
            waiting.removeAll { $0.revents != 0 }
        }
    }
}
