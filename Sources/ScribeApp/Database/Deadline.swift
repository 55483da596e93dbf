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
            try await Task.sleep(for: timeout)
            return nil
        }
        defer { group.cancelAll() }
        guard case .some(.some(let result)) = try await group.next() else { throw DeadlineExceeded(timeout: timeout) }
        return result
    }
}
