import Synchronization

/// A result that is made elsewhere, on a thread or in a task. Whoever makes it may heed neither deadlines nor cancellation;
/// whoever waits for it does both.
final class AwaitedResult<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var isAbandoned = false
    }

    private let state = Mutex(State())
    private let readiness: Readiness
    /// Disposes of a result that nobody waits for any more.
    private let discard: @Sendable (Value) -> Void

    init(discard: @escaping @Sendable (Value) -> Void = { _ in }) throws(SystemError) {
        readiness = Readiness(poller: try .current())
        self.discard = discard
    }

    /// Whether nobody waits any more, so that the work can be given up.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Hands the result over. Call it at most once.
    func fulfil(_ value: Value) {
        let isWanted = state.withLock { state in
            if !state.isAbandoned { state.value = value }
            return !state.isAbandoned
        }
        if isWanted { readiness.signal(.readable) } else { discard(value) }
    }

    /// Waits for the result. Call it at most once.
    func wait(until deadline: MonotonicInstant?) async throws(Transport.Failure) -> Value {
        let outcome = await readiness.wait(for: .readable, until: deadline, ignoringCancellation: false)
        readiness.disarm()
        let value = state.withLock { state in
            state.isAbandoned = true
            return state.value.take()
        }
        if let value { return value }
        switch outcome {
        case .ready, .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .failed(let error): throw .system(error)
        }
    }
}

extension AwaitedResult {
    /// Runs `body` in a task of its own, which is cancelled when the deadline passes or the caller is cancelled. The caller
    /// goes on then, whether or not `body` does; what it returns later is discarded.
    static func ofTask<R: Sendable>(
        until deadline: MonotonicInstant?, discard: @escaping @Sendable (R) -> Void = { _ in },
        _ body: @escaping @Sendable () async throws -> R
    ) async throws(Transport.Failure) -> Value where Value == Result<R, any Error> {
        let result: AwaitedResult
        do throws(SystemError) {
            result = try AwaitedResult { if case .success(let value) = $0 { discard(value) } }
        } catch {
            throw .system(error)
        }
        let task = Task {
            do {
                result.fulfil(.success(try await body()))
            } catch {
                result.fulfil(.failure(error))
            }
        }
        defer { task.cancel() }
        return try await result.wait(until: deadline)
    }

    /// Runs `body` on a thread of its own, for work that would hold the caller's executor. `body` is told whether it is
    /// still waited for, and returns nil when it gives up.
    static func ofThread(
        until deadline: MonotonicInstant?, _ body: @escaping @Sendable (_ isWanted: () -> Bool) -> Value?
    ) async throws(Transport.Failure) -> Value {
        let result: AwaitedResult
        do throws(SystemError) {
            result = try AwaitedResult()
            try startThread { if let value = body({ !result.isAbandoned }) { result.fulfil(value) } }
        } catch {
            throw .system(error)
        }
        return try await result.wait(until: deadline)
    }
}
