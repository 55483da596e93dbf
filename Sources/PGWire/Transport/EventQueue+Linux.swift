#if canImport(Glibc)
import CEpoll
import Glibc

/// The system's event queue for many descriptors: epoll.
struct EventQueue: ~Copyable {
    private let epoll: Int32
    private let wakeup: Int32
    /// The token of the descriptor that ``wake()`` writes to.
    private static let wakeupToken = UInt64.max

    private init(epoll: Int32, wakeup: Int32) {
        self.epoll = epoll
        self.wakeup = wakeup
    }

    /// Makes a queue without descriptors.
    static func make() throws(SystemError) -> EventQueue {
        let epoll = try retryingOnInterrupt { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        let wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeup >= 0 else {
            let error = SystemError.current
            close(epoll)
            throw error
        }
        let queue = EventQueue(epoll: epoll, wakeup: wakeup)
        try queue.control(EPOLL_CTL_ADD, wakeup, EPOLLIN.rawValue | EPOLLET.rawValue, wakeupToken)
        return queue
    }

    deinit {
        close(wakeup)
        close(epoll)
    }

    /// Reports once, under `token`, that the descriptor is ready in one of the directions. `isKnown` says whether it
    /// was watched before. Closing the descriptor removes it.
    borrowing func watchOnce(
        _ descriptor: Int32, for interest: Interest, token: UInt64, isKnown: Bool
    ) throws(SystemError) {
        var events = EPOLLONESHOT.rawValue
        if interest.contains(.readable) { events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
        if interest.contains(.writable) { events |= EPOLLOUT.rawValue }
        try control(isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, events, token)
    }

    /// Reports, under `token`, each time the descriptor becomes ready in one of the directions.
    borrowing func watch(_ descriptor: Int32, token: UInt64, isKnown: Bool) throws(SystemError) {
        let events = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLOUT.rawValue | EPOLLET.rawValue
        try control(isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, events, token)
    }

    private borrowing func control(
        _ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ token: UInt64
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = token
        let epoll = epoll
        _ = try retryingOnInterrupt { unsafe epoll_ctl(epoll, operation, descriptor, &event) }
    }

    /// Ends ``wait(timeout:_:)`` early.
    borrowing func wake() {
        var one: UInt64 = 1
        _ = unsafe write(wakeup, &one, 8)
    }

    /// Waits for at most `timeout` milliseconds (without limit when negative) and reports each descriptor that became
    /// ready.
    borrowing func wait(timeout: Int32, _ report: (UInt64, Interest) -> Void) {
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            let count = unsafe epoll_wait(epoll, events.baseAddress, 64, timeout)
            guard count > 0 else { return }
            for index in 0..<min(Int(count), 64) {
                let event = unsafe events[index]
                let token = unsafe event.data.u64
                if token == Self.wakeupToken {
                    var value: UInt64 = 0
                    _ = unsafe read(wakeup, &value, 8)
                    continue
                }
                var ready: Interest = []
                let flags = unsafe event.events
                // An error or hang-up counts for both directions: the next send or receive gets it.
                let failed = EPOLLERR.rawValue | EPOLLHUP.rawValue
                if flags & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | failed) != 0 { ready.insert(.readable) }
                if flags & (EPOLLOUT.rawValue | failed) != 0 { ready.insert(.writable) }
                if flags & (EPOLLRDHUP.rawValue | failed) != 0 { ready.insert(.ended) }
                report(token, ready)
            }
        }
    }
}
#endif
