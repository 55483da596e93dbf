#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

extension Socket {
    /// Takes over a connected stream socket of the user's, which is closed even if this throws.
    init(adopting descriptor: Int32) throws(SystemError) {
        do throws(SystemError) {
            try Self.checkAndPrepare(descriptor)
        } catch {
            closeDescriptor(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Whether it is a Unix socket.
    var isUnix: Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(descriptor, address, &length)
            }
        }
        return status == 0 && Int32(address.ss_family) == AF_UNIX
    }

    private static func checkAndPrepare(_ descriptor: Int32) throws(SystemError) {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = try retryingOnInterrupt { unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) }
        guard type == System.streamSocket else { throw SystemError(code: EPROTOTYPE) }
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = try retryingOnInterrupt {
            unsafe withUnsafeMutablePointer(to: &peer) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe getpeername(descriptor, address, &length)
                }
            }
        }
        _ = try retryingOnInterrupt { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        System.suppressPipeSignal(descriptor)
        guard Int32(peer.ss_family) != AF_UNIX else { return }
        // As for sockets of our own.
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// A connected socket of the user's for one connection. It is closed with this, unless it was taken.
final class GivenSocket: Sendable {
    private let descriptor: Mutex<Int32?>

    init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit {
        if let descriptor = take() { closeDescriptor(descriptor) }
    }

    /// The descriptor, for the first who asks; whoever takes it closes it.
    func take() -> Int32? { descriptor.withLock { $0.take() } }
}

/// Closes a descriptor that nobody owns.
func closeDescriptor(_ descriptor: Int32) { close(descriptor) }
