/// What comes on the channels that a connection listens to, in the order in which it was sent. See
/// ``Connection/listen(to:_:_:_:)`` and ``Connection/listen(to:_:_:)``.
///
/// Nothing is read before it is asked for. Several iterators share what comes: each notification goes to one of them.
public struct Notifications: AsyncSequence, Sendable {
    /// What is iterated over.
    public typealias Element = NotificationEvent
    /// What the iteration throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
    public typealias Failure = any Error

    let source: NotificationSource

    /// Goes through what comes.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    /// Goes through what comes.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let source: NotificationSource

        /// Waits for what comes next. It never returns nil: there is no end but that of the scope, or an error.
        ///
        /// - Throws: ``PostgresError`` when the connection was lost and there is no other; again each time that this is
        ///   called. `CancellationError` when the task is cancelled, after which another may go on.
        public mutating func next() async throws -> NotificationEvent? { try await source.next() }

        /// Waits for what comes next, as ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> NotificationEvent? {
            try await source.next()
        }
    }
}

/// What comes to one who listens.
public enum NotificationEvent: Sendable {
    /// Somebody has sent a notification.
    case notification(PostgresNotification)
    /// The connection was lost for this reason, and now another one listens. What was sent in between is lost, so look
    /// now for what it would have told: nothing that is committed from here on will be missed.
    case reconnected(lost: PostgresError)
    /// While other statements ran on the connection more came than ``Notifications/Options/maximumKept`` allows, and so
    /// many were dropped here.
    case dropped(count: Int)
}

extension Notifications {
    /// How to listen.
    public struct Options: Sendable {
        /// After so long a silence the server is asked for a sign of life; nil for never. It takes one round trip, leaves
        /// nothing in the server's log, and happens only while somebody waits for the next notification. The system's own
        /// probes (``Connection/Configuration/tcp``) find out too, but take longer.
        public var heartbeat: Duration? = .seconds(60)
        /// A server that does not answer for so long is given up, and the connection lost.
        public var heartbeatTimeout: Duration = .seconds(10)
        /// After the loss of its connection, ``Connection/listen(to:_:_:_:)`` tries for so long to get another one before it
        /// throws why there is none; `.zero` to throw at once what the loss was.
        public var giveUpAfter: Duration = .seconds(300)
        /// The shortest and the longest pause between two attempts. The first is made at once; each pause is twice as
        /// long as the one before, less up to a half at random, so that not all clients come at the same moment.
        public var pauses: ClosedRange<Duration> = .milliseconds(100)...(.seconds(10))
        /// How many notifications are kept that come while other statements run on the connection, and that nobody has
        /// asked for yet. Their texts together take at most 16 MiB, whatever this says.
        public var maximumKept = 100_000

        /// The defaults: a sign of life after a minute of silence, and five minutes for another connection.
        public init() {}
    }
}

extension Notifications.Options {
    var heart: PhysicalConnection.Heartbeat? {
        heartbeat.map {
            PhysicalConnection.Heartbeat(
                interval: max($0, .milliseconds(1)), timeout: max(heartbeatTimeout, .milliseconds(1)))
        }
    }

    /// The pause before the attempt of this number, counted from 0.
    package func pause(before attempt: Int, random: Double = .random(in: 0.5...1)) -> Duration {
        guard attempt > 0 else { return .zero }
        return min(pauses.lowerBound * (1 << min(attempt - 1, 20)), pauses.upperBound) * random
    }
}
