#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}

/// Threads for blocking calls, such as `waitpid` and `poll`, which must not run on Swift's cooperative threads, of
/// which there are only as many as cores.
///
/// PGWireTesting has a `BlockingThread` and a `Descriptor` of its own, as neither module depends on the other.
package enum BlockingThread {
    /// Runs `body` on a thread of its own and returns what it returns.
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let failure = start { continuation.resume(with: Result(catching: body)) }
            if failure != 0 {
                continuation.resume(
                    throwing: LocalPostgresError.systemCall(
                        name: "pthread_create", path: "", errorNumber: failure))
            }
        }
    }

    /// Starts a detached thread; returns the `errno`, 0 for success.
    @discardableResult
    static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
        let work = Unmanaged.passRetained(Work(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let failure = pthread_create(
            &thread, &attributes,
            { argument in
                let context: UnsafeMutableRawPointer? = argument
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if failure != 0 { work.release() }
        return failure
    }
}
