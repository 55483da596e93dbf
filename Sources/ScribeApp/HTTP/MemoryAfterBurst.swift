#if ScribeApp
import CMalloc
import Hummingbird
import Synchronization

/// Gives memory back to the system when a burst of requests is over, as the allocator keeps what was in use at the same time.
struct MemoryAfterBurst: RouterMiddleware {
    private let burst = Burst { give_memory_back() }

    @concurrent func handle(
        _ request: Request, context: BasicRequestContext, next: Next
    ) async throws -> Response {
        burst.begin()
        defer { burst.end() }
        return try await next(request, context)
    }
}

/// How many requests are under way, and were at the most.
package final class Burst: Sendable {
    /// With fewer there is little to give back.
    private static let least = 32

    private let counts = Mutex((now: 0, most: 0))
    private let giveBack: @Sendable () -> Void

    /// - Parameter giveBack: what to do when most of a burst is over.
    package init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }

    package func begin() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    /// Once for each quarter that is left of a burst: giving back takes about a millisecond.
    package func end() {
        let isOver = counts.withLock { counts in
            counts.now -= 1
            guard counts.most >= Self.least, counts.now * 4 <= counts.most else { return false }
            counts.most = counts.now
            return true
        }
        if isOver { giveBack() }
    }
}
#endif
