import Synchronization

extension ConnectionPool {
    /// Closes the pool: lends no more connections, closes idle ones, and waits until those in use are returned. After
    /// `limit`, or when the task is cancelled, those still in use are shut down, which fails the statements in
    /// progress. The server notices that when it next sends something, or at its `client_connection_check_interval`.
    ///
    /// Tasks that wait for a connection, or ask for one later, get ``PostgresError/pool(_:)``. The method may be
    /// called again.
    ///
    /// - Returns: the number of connections that were shut down in use.
    @discardableResult
    public func drain(within limit: Duration) async -> Int {
        update { state, now, effects in state.close(at: now, &effects) }
        if limit > .zero { await waitUntilDrained(within: limit) }
        let late = shared.withLock { $0.state.lent }
        for connection in late { connection.cut() }
        return late.count
    }

    /// As ``drain(within:)``, without waiting.
    public func close() async { await drain(within: .zero) }

    private func waitUntilDrained(within limit: Duration) async {
        let ticket = shared.withLock { $0.drains.takeTicket() }
        var timer: Task<Void, Never>?
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                let task = unsafe SuspendedTask(continuation)
                let isOver = shared.withLock { shared in
                    if shared.state.isDrained { return true }
                    shared.drains.append(task, ticket: ticket)
                    return false
                }
                if isOver { return task.resume() }
                timer = Task.detached { [self] in
                    do { try await Task.sleep(for: limit) } catch { return }
                    endDrain(ticket)
                }
                // A cancellation before the continuation was stored found none to resume.
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
