import Synchronization

/// How far one who replicates is. Any task may tell.
final class ReplicationProgress: Sendable {
    private struct State {
        var status = ReplicationStatus()
        /// The end of the last transaction, or the like, that was given to the consumer.
        var given = LogSequenceNumber(rawValue: 0)
        /// Up to there is nothing but what was given.
        var idle = LogSequenceNumber(rawValue: 0)
        /// Whether more was acknowledged than the server was told.
        var hasNews = false
        /// Wakes who waits for the server, while somebody does.
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// - Parameter start: up to where is acknowledged already.
    init(from start: LogSequenceNumber?) {
        if let start { note(confirmed: start) }
    }

    /// Notes that all up to there was acknowledged, by whomever. To tell the server less would take it back.
    func note(confirmed lsn: LogSequenceNumber) {
        state.withLock { state in
            state.status.written = max(state.status.written, lsn)
            state.status.flushed = max(state.status.flushed, lsn)
            state.status.applied = max(state.status.applied, lsn)
        }
    }

    func acknowledge(_ lsn: LogSequenceNumber, applied: LogSequenceNumber) {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            let before = state.status
            // What did not come cannot be dealt with, and the server would never send it.
            let lsn = min(lsn, state.status.written)
            state.status.flushed = max(before.flushed, lsn)
            state.status.applied = max(before.applied, min(applied, lsn))
            guard state.status != before else { return nil }
            state.hasNews = true
            return state.wake
        }
        wake?()
    }

    var acknowledged: LogSequenceNumber { state.withLock { $0.status.flushed } }

    /// Whether the server should be told.
    var hasNews: Bool { state.withLock { $0.hasNews } }

    /// Notes what is given to the consumer.
    func note(_ event: ReplicationEvent) {
        state.withLock { state in
            state.status.written = max(state.status.written, event.lsn, event.endLSN ?? event.lsn)
            // After a reconnection they come again from further back, and what came already is still to be acknowledged.
            if let end = event.endLSN { state.given = max(state.given, end) }
        }
    }

    /// Notes how far the server is; `isIdle` says that all before was given to the consumer.
    func note(serverIsAt lsn: LogSequenceNumber, isIdle: Bool) {
        state.withLock { state in
            state.status.written = max(state.status.written, lsn)
            if isIdle { state.idle = max(state.idle, lsn) }
        }
    }

    /// Notes that another stream begins. What came on the one before comes again, unless the server has lost it; to acknowledge that
    /// then would pass over what is written in its place.
    func restart() {
        state.withLock { state in
            state.idle = LogSequenceNumber(rawValue: 0)
            state.status.written = state.status.flushed
        }
    }

    /// What the server is told, who knows it then.
    func takeStatus() -> ReplicationStatus {
        state.withLock { state in
            state.hasNews = false
            if state.status.flushed >= state.given, state.status.flushed < state.idle {
                state.status.flushed = state.idle
                state.status.applied = max(state.status.applied, state.idle)
            }
            return state.status
        }
    }

    /// Notes how to wake who waits.
    func wait(_ wake: (@Sendable () -> Void)?) { state.withLock { $0.wake = wake } }
}
