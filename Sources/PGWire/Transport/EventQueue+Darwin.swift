#if canImport(Darwin)
import Darwin

/// The system's event queue for many descriptors: kqueue.
struct EventQueue: ~Copyable {
    private let queue: Int32

    private init(queue: Int32) { self.queue = queue }

    /// Makes a queue without descriptors.
    static func make() throws(SystemError) -> EventQueue {
        let queue = EventQueue(queue: try retryingOnInterrupt { kqueue() })
        var event = kevent()
        event.filter = Int16(EVFILT_USER)
        event.flags = UInt16(EV_ADD | EV_CLEAR)
        try queue.change(event)
        return queue
    }

    deinit {
        close(queue)
    }

    private borrowing func change(_ event: kevent) throws(SystemError) {
        var event = event
        let queue = queue
        _ = try retryingOnInterrupt { unsafe kevent(queue, &event, 1, nil, 0, nil) }
    }

    /// Reports once, under `token`, that the descriptor is ready in one of the directions. Closing the descriptor
    /// removes it.
    borrowing func watchOnce(
        _ descriptor: Int32, for interest: Interest, token: UInt64, isKnown: Bool
    ) throws(SystemError) {
        try add(descriptor, interest, token, EV_ONESHOT)
    }

    /// Reports, under `token`, each time the descriptor becomes ready in one of the directions.
    borrowing func watch(_ descriptor: Int32, token: UInt64, isKnown: Bool) throws(SystemError) {
        try add(descriptor, [.readable, .writable], token, EV_CLEAR)
    }

    private borrowing func add(
        _ descriptor: Int32, _ interest: Interest, _ token: UInt64, _ flag: Int32
    ) throws(SystemError) {
        for (filter, direction) in [(EVFILT_READ, Interest.readable), (EVFILT_WRITE, .writable)]
        where interest.contains(direction) {
            var event = kevent()
            event.ident = UInt(descriptor)
            event.filter = Int16(filter)
            event.flags = UInt16(EV_ADD | flag)
            unsafe event.udata = UnsafeMutableRawPointer(bitPattern: UInt(token))
            try change(event)
        }
    }

    /// Ends ``wait(timeout:_:)`` early.
    borrowing func wake() {
        var event = kevent()
        event.filter = Int16(EVFILT_USER)
        event.fflags = UInt32(NOTE_TRIGGER)
        try? change(event)
    }

    /// Waits for at most `timeout` milliseconds (without limit when negative) and reports each descriptor that became
    /// ready.
    borrowing func wait(timeout: Int32, _ report: (UInt64, Interest) -> Void) {
        var events = [kevent](repeating: kevent(), count: 64)
        var limit = timespec(tv_sec: Int(timeout / 1000), tv_nsec: Int(timeout % 1000) * 1_000_000)
        let count =
            timeout < 0
            ? unsafe kevent(queue, nil, 0, &events, 64, nil) : unsafe kevent(queue, nil, 0, &events, 64, &limit)
        guard count > 0 else { return }
        for event in events.prefix(Int(count)) where event.filter != Int16(EVFILT_USER) {
            let token = unsafe UInt64(UInt(bitPattern: event.udata))
            var ready: Interest = event.filter == Int16(EVFILT_READ) ? .readable : .writable
            if event.flags & UInt16(EV_EOF) != 0 { ready.formUnion([.readable, .ended]) }
            report(token, ready)
        }
    }
}
#endif
