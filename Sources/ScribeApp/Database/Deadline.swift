#if ScribeApp
import NIOCore
import NIOPosix
import PGSchemaReports

/// The deadline of an operation passed.
struct DeadlineExceeded: ShownError {
    let timeout: Duration

    var shown: ShownText { "no answer within \(timeout.components.seconds) s" }
}

/// Runs `body`, cancels it when it takes longer than `timeout`, and returns what it returned.
///
/// - Throws: ``DeadlineExceeded``, or what `body` threw.
func withDeadline<R: Sendable>(
    _ timeout: Duration, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            // Not Task.sleep: what is cancelled of it stays in memory until its time has come.
            let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(timeout)) {}
            try await withTaskCancellationHandler {
                try await alarm.futureResult.get()
            } onCancel: {
                alarm.cancel()
            }
            return nil
        }
        defer { group.cancelAll() }
        guard case .some(.some(let result)) = try await group.next() else { throw DeadlineExceeded(timeout: timeout) }
        return result
    }
}
#endif
