import PGSchemaBackup
import UnixSignals

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Runs `body`, and cancels it on SIGINT or SIGTERM, so that it can tidy up. The next signal ends the process.
///
/// - Throws: what `body` throws; ``BackupError/interrupted(_:)`` with `consequence` when it was a signal that ended it.
func cancellingOnSignal<R: Sendable>(
    _ consequence: String, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await _ in signals {
                // What blocks, as writing to a pipe that nobody reads, cannot be cancelled.
                signal(SIGINT, SIG_DFL)
                signal(SIGTERM, SIG_DFL)
                return nil
            }
            // Cancelled, as the work is done.
            try await Task.sleep(for: .seconds(86_400 * 365))
            return nil
        }
        defer { group.cancelAll() }
        if case .some(.some(let result)) = try await group.next() { return result }
        group.cancelAll()
        // It may have come to its end all the same.
        do {
            if case .some(.some(let result)) = try await group.next() { return result }
        } catch is CancellationError {
            throw BackupError.interrupted(consequence)
        }
        throw BackupError.interrupted(consequence)
    }
}
