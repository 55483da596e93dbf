#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A non-blocking stream socket. It owns its descriptor and closes it at the end of its lifetime.
struct Socket: ~Copyable {
    let descriptor: Int32

    /// Makes a socket of this address family.
    init(family: Int32) throws(SystemError) {
        descriptor = try retryingOnInterrupt { System.makeSocket(family: family) }
        if family != AF_UNIX {
            // A query is one small write that waits for its answer: Nagle's algorithm would delay it.
            setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        }
    }

    deinit {
        close(descriptor)
    }

    private borrowing func setOption(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sets what is asked of TCP, on a socket of TCP.
    borrowing func configure(_ tcp: Connection.Configuration.TCP) throws(SystemError) {
        if tcp.keepAlive {
            try set(SOL_SOCKET, SO_KEEPALIVE, 1)
            try set(Int32(IPPROTO_TCP), System.keepAliveIdleOption, tcp.keepAliveIdle?.wholeSeconds)
            try set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, tcp.keepAliveInterval?.wholeSeconds)
            try set(Int32(IPPROTO_TCP), TCP_KEEPCNT, tcp.keepAliveCount.map { Int64($0) })
        }
        if let option = System.userTimeoutOption {
            try set(Int32(IPPROTO_TCP), option, tcp.userTimeout?.wholeMilliseconds)
        }
    }

    /// Sets an option that somebody asked for, as far as the system goes; what is not positive is left to the system.
    private borrowing func set(_ level: Int32, _ name: Int32, _ value: Int64?) throws(SystemError) {
        guard let value, value > 0 else { return }
        let descriptor = descriptor
        var number = Int32(clamping: value)
        _ = try retryingOnInterrupt {
            unsafe setsockopt(descriptor, level, name, &number, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// The ID of the user that the process at the other end of a Unix socket runs as.
    borrowing func peerUserID() throws(SystemError) -> uid_t {
        let descriptor = descriptor
        return try System.peerUserID(descriptor)
    }

    /// Starts to connect; true when that completed at once.
    borrowing func connect(to address: SocketAddress) throws(SystemError) -> Bool {
        let descriptor = descriptor
        let result = unsafe address.withSocketAddress { unsafe Self.systemConnect(descriptor, $0, $1) } ?? -1
        if result == 0 { return true }
        let error = SystemError.current
        // EINTR: the attempt continues. EAGAIN comes only from a Unix socket whose queue is full.
        if error.code == EINPROGRESS || error.isInterrupted { return false }
        throw error
    }

    private static func systemConnect(
        _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
    ) -> Int32 {
        #if canImport(Glibc)
        unsafe Glibc.connect(descriptor, address, length)
        #else
        unsafe Darwin.connect(descriptor, address, length)
        #endif
    }

    /// The error of the connection attempt, once the socket is writable; nil when it succeeded.
    borrowing func takeError() -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return .current }
        return code == 0 ? nil : SystemError(code: code)
    }

    /// Sends a part of `bytes`; returns its length, or nil when the system's buffer is full.
    borrowing func send(_ bytes: RawSpan) throws(SystemError) -> Int? {
        let descriptor = descriptor
        do {
            return try unsafe bytes.withUnsafeBytes { bytes throws(SystemError) in
                try retryingOnInterrupt {
                    unsafe systemSend(descriptor, bytes.baseAddress, bytes.count, System.sendFlags)
                }
            }
        } catch {
            if error.isWouldBlock { return nil }
            throw error
        }
    }

    /// Sets how long ``receive(into:waiting:)`` may block. Call it once connected.
    borrowing func allowWaiting(_ milliseconds: Int32) throws(SystemError) {
        let descriptor = descriptor
        var limit = timeval()
        limit.tv_usec = .init(milliseconds) * 1000
        _ = try retryingOnInterrupt {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        _ = try retryingOnInterrupt { fcntl(descriptor, F_SETFL, 0) }
    }

    /// Receives into `buffer`; returns the number of bytes, 0 at the end of the stream, nil when there is nothing yet.
    /// With `waiting` it blocks the thread until there is something, as long as ``allowWaiting(_:)`` set.
    borrowing func receive(
        into buffer: UnsafeMutableRawBufferPointer, waiting: Bool
    ) throws(SystemError) -> Int? {
        let descriptor = descriptor
        let flags = waiting ? 0 : Int32(MSG_DONTWAIT)
        do {
            return try retryingOnInterrupt { unsafe systemReceive(descriptor, buffer.baseAddress, buffer.count, flags) }
        } catch {
            if error.isWouldBlock { return nil }
            throw error
        }
    }

    /// Blocks the thread until the socket is ready, at most this long; nil when it is not ready then.
    borrowing func poll(for interest: Interest, milliseconds: Int32) -> Interest? {
        var entry = pollfd(descriptor, for: interest)
        return unsafe systemPoll(&entry, milliseconds) > 0 ? entry.interest : nil
    }

    /// Shuts the connection down in both directions; the descriptor stays valid.
    borrowing func cut() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Shuts the sending direction down.
    borrowing func finishSending() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }
}

// The methods above hide the system's functions of the same name.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    unsafe send(descriptor, bytes, count, flags)
}

private func systemReceive(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
    unsafe recv(descriptor, bytes, count, flags)
}

private func systemPoll(_ entry: UnsafeMutablePointer<pollfd>, _ milliseconds: Int32) -> Int32 {
    unsafe poll(entry, 1, milliseconds)
}
