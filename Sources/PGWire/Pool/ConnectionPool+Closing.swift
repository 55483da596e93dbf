import Synchronization

extension ConnectionPool {
    /// Gives out no connection any more, closes those that nobody uses, and waits until those in use have come back, at
    /// most so long: then these are cut, so that what is under way on them fails. When the task is cancelled the wait is
    /// over at once. The server notices the cut when it next sends something, or as often as its setting
    /// `client_connection_check_interval` says.
    ///
    /// Who waits for a connection, or comes later, hears that the pool is closed (``PostgresError/pool(_:)``). Calling it again
    /// does no harm.
    ///
    /// - Returns: how many connections had to be cut.
    @discardableResult
    public func drain(within limit: Duration) async -> Int {
        update { state, now, effects in state.close(at: now, &effects) }
        if limit > .zero { await waitUntilDrained(within: limit) }
        let late = shared.withLock { $0.state.lent }
        for connection in late { connection.cut() }
        return late.count
    }

    /// As ``drain(within:)``, but waits for nobody.
    public func close() async { await drain(within: .zero) }

    private func waitUntilDrained(within limit: Duration) async {
        let ticket = shared.withLock { $0.drains.takeTicket() }
        var timer: Task<Void, Never>?
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = shared.withLock { shared in
                    if shared.state.isDrained { return true }
                    shared.drains.append(continuation, ticket: ticket)
                    return false
                }
                if isOver { return continuation.resume() }
                timer = Task.detached { [self] in
                    do { try await Task.sleep(for: limit) } catch { return }
                    endDrain(ticket)
                }
                // A cancellation that came before found nobody.
                if Task.isCancelled { endDrain(ticket) }
            }
        } onCancel: {
            endDrain(ticket)
        }
        timer?.cancel()
    }

    private func endDrain(_ ticket: UInt64) {
        shared.withLock { $0.drains.remove(ticket) }?.resume()
    }
}
