import Synchronization

/// Where the notifications of one scope come from: a connection, and after its loss the next one.
///
/// One task at a time waits for them; nothing happens unless one does.
final class NotificationSource: Sendable {
    private struct State {
        /// Nil while there is none.
        var connection: Connection?
        /// Since when it listens, and how many attempts it has taken since one lasted.
        var start = MonotonicInstant.now
        var attempts = 0
        /// What ended the one before, as long as nobody was told.
        var loss: PostgresError?
        var lossTime: MonotonicInstant?
        /// What is thrown from now on.
        var failure: PostgresError?
    }

    private let state: Mutex<State>
    private let turn = Semaphore(permits: 1)
    private let channels: Channels
    private let options: Notifications.Options
    /// How to get another connection; nil for whoever has lent one.
    private let configuration: Connection.Configuration?

    init(
        _ connection: Connection, _ channels: Channels, _ configuration: Connection.Configuration?,
        _ options: Notifications.Options
    ) {
        state = Mutex(State(connection: connection))
        self.channels = channels
        self.configuration = configuration
        self.options = options
    }

    /// Waits for what comes next.
    func next() async throws -> NotificationEvent {
        try await turn.acquire()
        defer { turn.release() }
        let (connection, failure) = state.withLock { ($0.connection, $0.failure) }
        if let failure { throw failure }
        guard let connection else { return try await reconnect() }
        do {
            switch try await connection._handle.nextNotification(options.heart) {
            case .notification(let notification): return .notification(notification)
            case .dropped(let count): return .dropped(count: count)
            }
        } catch let error as PostgresError {
            guard configuration != nil, error.isLossOfConnection, options.giveUpAfter > .zero else {
                throw error.isLossOfConnection ? fail(error) : error
            }
            noteLoss(error)
            if let observation = connection._handle.connection.observation {
                observation.observer.happened(.listeningLost(observation.connection, ObservedFailure(error)))
            }
            return try await reconnect()
        }
    }

    /// Ends the scope: nothing comes any more. A connection of its own is closed, a lent one no longer listens.
    func end() async {
        let connection = state.withLock { state in
            state.failure = .usage(ConnectionHandle.listeningOver)
            return state.connection.take()
        }
        guard let connection else { return }
        if configuration == nil {
            await connection._handle.endListening(channels.commands("UNLISTEN"))
        } else {
            // One who has carried the sequence out of the scope, and still waits, is told.
            await connection.close()
        }
    }

    private func noteLoss(_ error: PostgresError) {
        state.withLock { state in
            state.connection = nil
            state.loss = error
            state.lossTime = .now
            // One that comes and goes at once must not be tried without a pause.
            if state.start.duration(to: .now) > options.pauses.upperBound { state.attempts = 0 }
        }
    }

    /// Notes what ends all; the scope's own end counts for more.
    private func fail(_ error: PostgresError) -> PostgresError {
        state.withLock { state in
            let failure = state.failure ?? error
            state.failure = failure
            return failure
        }
    }

    /// Tries until there is a connection that listens.
    private func reconnect() async throws -> NotificationEvent {
        guard var configuration else { throw PostgresError.usage(ConnectionHandle.listeningOver) }
        let deadline = MonotonicInstant.now + options.giveUpAfter
        while true {
            let attempt = state.withLock { state in
                defer { state.attempts += 1 }
                return state.attempts
            }
            let pause = options.pause(before: attempt)
            if pause > .zero { try await Task.sleep(for: min(pause, deadline - .now)) }
            if let failure = state.withLock({ $0.failure }) { throw failure }
            configuration.connectTimeout = min(configuration.connectTimeout, max(deadline - .now, .seconds(1)))
            do {
                let connection = try await Connection.connect(configuration, listeningTo: channels, options)
                return try await take(connection)
            } catch let error as PostgresError {
                guard error.mayPass, .now < deadline else { throw fail(error) }
            }
        }
    }

    private func take(_ connection: Connection) async throws -> NotificationEvent {
        let (loss, failure) = state.withLock { state in
            if state.failure == nil {
                state.connection = connection
                state.start = .now
            }
            defer { state.loss = nil }
            return (state.loss, state.failure)
        }
        if let failure {
            // The scope has ended meanwhile.
            await connection.close()
            throw failure
        }
        let lossTime = state.withLock { $0.lossTime.take() }
        if let observation = connection._handle.connection.observation, let lossTime {
            observation.observer.happened(
                .listeningRegained(observation.connection, after: lossTime.duration(to: .now)))
        }
        return .reconnected(lost: loss ?? .connection(.closed(connection.endpoint)))
    }
}

extension PostgresError {
    /// Whether it has ended the connection.
    var isLossOfConnection: Bool {
        switch self {
        case .connection: true
        case .server(let error): error.isFatal
        default: false
        }
    }

    /// Whether another attempt to connect and to listen may succeed. What the server refuses for good, a password above
    /// all, is not tried again.
    var mayPass: Bool {
        if isSafeToRetry { return true }
        switch self {
        case .connection(let error): return error.reason == .lost || error.reason == .timedOut
        case .server(let error):
            // A standby cannot listen, until it is promoted.
            if error.sqlState == .readOnlySqlTransaction { return true }
            // Of one that goes down, or of a pooler whose server is gone.
            let classes = ["57P", "58", "08", "53"]
            return error.isFatal && classes.contains { error.sqlState.rawValue.utf8.starts(with: $0.utf8) }
        default: return false
        }
    }
}
