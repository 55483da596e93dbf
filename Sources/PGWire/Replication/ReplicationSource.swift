import Synchronization

/// Where the events of one scope come from: a stream, and after its loss the next one.
///
/// One task at a time waits for them; beside it only ``keepAlive()`` runs.
final class ReplicationSource: Sendable {
    private struct State {
        /// Nil while there is none.
        var feed: ReplicationFeed?
        /// Since when it streams, and how many attempts it has taken since one lasted.
        var start = MonotonicInstant.now
        var attempts = 0
        /// What ended the one before, as long as nobody was told.
        var loss: PostgresError?
        /// Since when there is none.
        var lossTime: MonotonicInstant?
        /// What is thrown from now on.
        var failure: PostgresError?
    }

    let progress: ReplicationProgress
    /// What is put together for ``Replication/transactions(maximumSize:)``.
    let collected = Mutex(TransactionCollector())
    private let state: Mutex<State>
    private let turn = Semaphore(permits: 1)
    private let request: ReplicationRequest
    /// How to get another connection; nil for whoever has lent one.
    private let configuration: Connection.Configuration?

    init(
        _ feed: ReplicationFeed, _ request: ReplicationRequest, _ progress: ReplicationProgress,
        _ configuration: Connection.Configuration?
    ) {
        state = Mutex(State(feed: feed))
        self.request = request
        self.progress = progress
        self.configuration = configuration
    }

    /// Waits for what comes next.
    func next() async throws -> ReplicationEvent {
        try await turn.acquire()
        defer { turn.release() }
        let (feed, failure) = state.withLock { ($0.feed, $0.failure) }
        if let failure { throw failure }
        guard let feed else { return try await reconnect() }
        do {
            return try await feed.next()
        } catch let error as PostgresError {
            guard configuration != nil, error.isLossOfConnection, request.options.giveUpAfter > .zero else {
                throw fail(error)
            }
            noteLoss(error)
            if let observation = feed.connection.observation {
                observation.observer.happened(.replicationLost(observation.connection, ObservedFailure(error)))
            }
            await feed.finish()
            return try await reconnect()
        }
    }

    /// Tells the server now and then that the consumer lives, while that does something else. It ends when its task is cancelled.
    func keepAlive() async {
        while !Task.isCancelled {
            var pause = Duration.seconds(1)
            if turn.tryAcquire() {
                if let feed = state.withLock({ $0.feed }) {
                    pause = min(feed.keepAlive() - .now, feed.statusInterval)
                }
                turn.release()
            } else if let feed = state.withLock({ $0.feed }) {
                // Who waits for the server sees to it.
                pause = feed.statusInterval / 4
            }
            try? await Task.sleep(for: max(pause, .milliseconds(5)))
        }
    }

    /// Ends the scope: nothing comes any more. The stream is ended, and a connection of its own closed.
    func end() async {
        let feed = state.withLock { state in
            state.failure = .usage(Self.isOver)
            return state.feed.take()
        }
        guard let feed else { return }
        var isOurs = turn.tryAcquire()
        // The task beside needs it for a moment only.
        if !isOurs { isOurs = await takeTurn(within: .milliseconds(200)) }
        if !isOurs {
            // One who has carried the sequence out of the scope still waits, and is told.
            feed.connection.abort()
            isOurs = await takeTurn(within: .seconds(1))
        }
        guard isOurs else { return }
        await feed.finish()
        turn.release()
    }

    /// Takes the turn, whether or not the task is cancelled; false when it did not become free in time.
    private func takeTurn(within timeout: Duration) async -> Bool {
        await Task { [turn] in (try? await turn.acquire(until: .now + timeout)) == true }.value
    }

    private static let isOver = "the replication is over: iterate only inside the closure that it was given to"

    /// Notes what ends all; the scope's own end counts for more.
    @discardableResult
    func fail(_ error: PostgresError) -> PostgresError {
        state.withLock { state in
            let failure = state.failure ?? error
            state.failure = failure
            return failure
        }
    }

    private func noteLoss(_ error: PostgresError) {
        state.withLock { state in
            state.feed = nil
            state.loss = error
            state.lossTime = .now
            // One that comes and goes at once must not be tried without a pause.
            if state.start.duration(to: .now) > request.options.pauses.upperBound { state.attempts = 0 }
        }
    }

    /// Tries until there is a stream again.
    private func reconnect() async throws -> ReplicationEvent {
        guard var configuration else { throw PostgresError.usage(Self.isOver) }
        let deadline = MonotonicInstant.now + request.options.giveUpAfter
        while true {
            let attempt = state.withLock { state in
                defer { state.attempts += 1 }
                return state.attempts
            }
            let pause = request.options.pause(before: attempt)
            if pause > .zero { try await Task.sleep(for: min(pause, deadline - .now)) }
            if let failure = state.withLock({ $0.failure }) { throw failure }
            configuration.connectTimeout = min(configuration.connectTimeout, max(deadline - .now, .seconds(1)))
            do {
                return try await take(try await .open(configuration, request, progress))
            } catch let error as PostgresError {
                guard error.mayPass || error.isSlotInUse, .now < deadline else { throw fail(error) }
            }
        }
    }

    private func take(_ feed: ReplicationFeed) async throws -> ReplicationEvent {
        let (loss, failure) = state.withLock { state in
            if state.failure == nil {
                state.feed = feed
                state.start = .now
            }
            defer { state.loss = nil }
            return (state.loss, state.failure)
        }
        if let failure {
            // The scope has ended meanwhile.
            await feed.finish()
            throw failure
        }
        let lossTime = state.withLock { $0.lossTime.take() }
        if let observation = feed.connection.observation, let lossTime {
            observation.observer.happened(
                .replicationRegained(observation.connection, after: lossTime.duration(to: .now)))
        }
        return ReplicationEvent(
            lsn: progress.acknowledged,
            content: .reconnected(lost: loss ?? .connection(.closed(feed.connection.endpoint))))
    }
}

extension PostgresError {
    /// The server has not yet noticed that the connection before is gone.
    fileprivate var isSlotInUse: Bool {
        if case .server(let error) = self { error.sqlState == .objectInUse } else { false }
    }
}
