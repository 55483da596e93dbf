#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// A joinable thread for blocking calls. LocalPostgres has one of its own, as neither module depends on the other.
struct BlockingThread: @unchecked Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) throws {
        let box = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        #if canImport(Glibc)
        var created = pthread_t()
        let code = pthread_create(&created, nil, blockingThreadMain, box)
        #else
        var created: pthread_t?
        let code = pthread_create(&created, nil, blockingThreadMain, box)
        #endif
        let started: pthread_t? = created
        guard code == 0, let started else {
            Unmanaged<ThreadBody>.fromOpaque(box).release()
            throw SystemCallFailure(call: "pthread_create", code: code)
        }
        thread = started
    }

    /// Waits until the thread has ended. Call it exactly once.
    func join() { pthread_join(thread, nil) }
}

#if canImport(Glibc)
private func blockingThreadMain(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box { Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run() }
    return nil
}
#else
private func blockingThreadMain(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run()
    return nil
}
#endif
