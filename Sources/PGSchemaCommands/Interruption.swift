import Dispatch
package import PGSchemaReports
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A signal ended the command.
package struct Interrupted: ShownError {
    /// The consequence: `nothing was changed`.
    let consequence: ShownText

    package var shown: ShownText { "interrupted: \(consequence)" }
}

/// Runs `body`, and cancels it on SIGINT or SIGTERM, so that it can clean up. A second signal ends the process.
///
/// - Throws: what `body` throws; ``Interrupted`` with `consequence` when it was a signal that ended it.
func cancellingOnSignal<R: Sendable>(
    _ consequence: ShownText, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    let signals = signals()
    return try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            // The stream ends when the body is done and this task is cancelled.
            for await _ in signals { return nil }
            return nil
        }
        defer { group.cancelAll() }
        if case .some(.some(let result)) = try await group.next() { return result }
        group.cancelAll()
        // The body may have succeeded all the same.
        do {
            if case .some(.some(let result)) = try await group.next() { return result }
        } catch is CancellationError {
            throw Interrupted(consequence: consequence)
        }
        throw Interrupted(consequence: consequence)
    }
}

/// SIGINT and SIGTERM, as long as the stream is read. After the first one they have their default effect again, because what
/// blocks, such as a write to a full pipe, cannot be cancelled.
private func signals() -> AsyncStream<Void> {
    // Who started the program with one of them ignored, as `nohup` does with another, means it so.
    let numbers = [SIGINT, SIGTERM].filter { number in
        let isIgnored = unsafeBitCast(signal(number, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        if !isIgnored { signal(number, SIG_DFL) }
        return !isIgnored
    }
    return AsyncStream { continuation in
        let sources = Mutex(
            numbers.map { number in
                // The source only gets signals that do not end the process.
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
