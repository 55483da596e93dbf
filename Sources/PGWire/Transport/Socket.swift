#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A stream socket that blocks only where it is asked to. It owns its descriptor: when the value goes, the descriptor is closed.
struct Socket: ~Copyable {
    let descriptor: Int32

    /// A new socket for addresses of this family.
    init(family: Int32) throws(SystemError) {
        descriptor = try retryingOnInterrupt { System.makeSocket(family: family) }
        if family != AF_UNIX {
            // A query is one small write that waits for its answer: Nagle's algorithm would only hold it back.
            setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
            setOption(Int32(IPPROTO_TCP), System.keepAliveIdleOption, 60)
        }
    }

    deinit {
        close(descriptor)
    }

    private borrowing func setOption(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Starts to connect; true when that is already done.
    borrowing func connect(to address: SocketAddress) throws(SystemError) -> Bool {
        let descriptor = descriptor
        let result = unsafe address.withSocketAddress { unsafe Self.systemConnect(descriptor, $0, $1) } ?? -1
        if result == 0 { return true }
        let error = SystemError.current
        // EINTR: the attempt goes on by itself. EAGAIN comes only from a Unix socket whose queue is full.
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

    /// Why connecting failed, once the socket has become writable.
    borrowing func takeError() -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return .current }
        return code == 0 ? nil : SystemError(code: code)
    }

    /// Sends some of `bytes` and says how many; nil when the system's buffer is full.
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

    /// Lets ``receive(into:waiting:)`` wait, for so long; to be called when it is connected.
    borrowing func allowWaiting(_ milliseconds: Int32) throws(SystemError) {
        let descriptor = descriptor
        var limit = timeval()
        limit.tv_usec = .init(milliseconds) * 1000
        _ = try retryingOnInterrupt {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        _ = try retryingOnInterrupt { fcntl(descriptor, F_SETFL, 0) }
    }

    /// Receives into `buffer` and says how many bytes; 0 at the end of the stream, nil when there is nothing yet. With
    /// `waiting` it blocks the thread for a short while until there is something.
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

    /// Blocks the thread until the socket is ready, for so long at most; nil when it is not ready then.
    borrowing func poll(for interest: Interest, milliseconds: Int32) -> Interest? {
        var entry = pollfd(descriptor, for: interest)
        return unsafe systemPoll(&entry, milliseconds) > 0 ? entry.interest : nil
    }

    /// Ends the connection both ways; the descriptor stays valid.
    borrowing func cut() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Tells the peer that nothing more comes.
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
