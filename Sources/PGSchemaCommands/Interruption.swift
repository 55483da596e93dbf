import Dispatch
package import PGSchemaReports
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A signal ended the work.
package struct Interrupted: ShownError {
    /// What became of it: `nothing was changed`.
    let consequence: ShownText

    package var shown: ShownText { "interrupted: \(consequence)" }
}

/// Runs `body`, and cancels it on SIGINT or SIGTERM, so that it can tidy up. The next signal ends the process.
///
/// - Throws: what `body` throws; ``Interrupted`` with `consequence` when it was a signal that ended it.
func cancellingOnSignal<R: Sendable>(
    _ consequence: ShownText, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    let signals = signals()
    return try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            // Its end means that the work is done and that this task was cancelled.
            for await _ in signals { return nil }
            return nil
        }
        defer { group.cancelAll() }
        if case .some(.some(let result)) = try await group.next() { return result }
        group.cancelAll()
        // It may have come to its end all the same.
        do {
            if case .some(.some(let result)) = try await group.next() { return result }
        } catch is CancellationError {
            throw Interrupted(consequence: consequence)
        }
        throw Interrupted(consequence: consequence)
    }
}

/// SIGINT and SIGTERM, while they are waited for. With the first one they have their usual effect again: what blocks, as
/// writing to a pipe that nobody reads, cannot be cancelled.
private func signals() -> AsyncStream<Void> {
    let numbers = [SIGINT, SIGTERM]
    return AsyncStream { continuation in
        let sources = Mutex(
            numbers.map { number in
                // The source sees only what the process does not die of.
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler {
                    numbers.forEach { signal($0, SIG_DFL) }
                    continuation.yield()
                }
                source.resume()
                return source
            })
        continuation.onTermination = { _ in
            sources.withLock { $0.forEach { $0.cancel() } }
            numbers.forEach { signal($0, SIG_DFL) }
        }
    }
}
