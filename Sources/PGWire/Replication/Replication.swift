/// What is committed to the tables of publications, in the order of the commits. See
/// ``Connection/replicate(from:publications:_:_:_:)``.
///
/// Nothing is read before it is asked for: a slow consumer takes no memory here, and what it has not yet asked for waits on the
/// server. ``transactions(maximumSize:)`` gives whole transactions instead of single events: iterate over one of the two.
public struct Replication: AsyncSequence, Sendable {
    /// What is iterated over.
    public typealias Element = ReplicationEvent
    /// What the iteration throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
    public typealias Failure = any Error

    let source: ReplicationSource

    /// Goes through what comes.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    /// Notes that all up to `lsn` is dealt with, so that it need not come again, and the server can forget it: the
    /// ``ReplicationEvent/endLSN`` of an event, or that of a transaction. Whatever is not acknowledged comes again after a
    /// reconnection, and in the next scope.
    ///
    /// It returns at once. The server is told at the next occasion, when it asks, at each interval
    /// (``Options/statusInterval``), and at the end of the scope. What lies before an earlier acknowledgement changes nothing; what
    /// lies beyond all that has come counts only up to there.
    ///
    /// When all that came is acknowledged, what the server has that is of no concern here is acknowledged along with it.
    ///
    /// - Parameter applied: up to where it can be seen by others, if that is less: for `synchronous_commit = remote_apply`.
    public func acknowledge(_ lsn: LogSequenceNumber, applied: LogSequenceNumber? = nil) {
        source.progress.acknowledge(lsn, applied: applied ?? lsn)
    }

    /// Up to where is acknowledged.
    public var acknowledged: LogSequenceNumber { source.progress.acknowledged }

    /// Goes through what comes.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let source: ReplicationSource

        /// Waits for what comes next. It never returns nil: there is no end but that of the scope, or an error.
        ///
        /// - Throws: ``PostgresError``; again each time that this is called. `CancellationError` when the task is cancelled,
        ///   after which another may go on.
        public mutating func next() async throws -> ReplicationEvent? { try await source.next() }

        /// Waits for what comes next, as ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ReplicationEvent? {
            try await source.next()
        }
    }
}

extension Replication {
    /// How to replicate.
    public struct Options: Sendable {
        /// When large transactions are streamed.
        public enum Streaming: String, Sendable {
            /// When they have committed, one after another: the server keeps them until then, on its disk if they are large.
            case off
            /// While they are under way, mixed with others: what was streamed may be aborted.
            case on
            /// As ``on``, and aborts come with place and time; from PostgreSQL 16 on.
            case parallel
        }

        /// Which changes are streamed.
        public enum Origin: String, Sendable {
            /// All.
            case all = "any"
            /// Those that did not come here by replication themselves.
            case local = "none"
        }

        /// The version of pgoutput's protocol, 1 to 4; nil for the newest that the server has.
        public var protocolVersion: Int?
        /// Whether values come in the binary format, where their types have one. Quicker, but then they can be read as exactly
        /// their types only; text can be read as `String` whatever the type is. A column whose type is an array of one that has
        /// no binary format, such as `aclitem[]`, makes the server fail. From PostgreSQL 14 on.
        public var binary = false
        /// Whether what `pg_logical_emit_message` writes comes too; from PostgreSQL 14 on.
        public var messages = false
        /// When large transactions are streamed.
        public var streaming = Streaming.off
        /// Whether prepared transactions come when they are prepared. The slot must have been made so, or becomes so by this.
        /// From PostgreSQL 15 on.
        public var twoPhase = false
        /// Which changes are streamed, from PostgreSQL 16 on; nil for all.
        public var origin: Origin?
        /// Where to begin, if the slot is not as far: the place that was stored along with one's own data. It counts as
        /// acknowledged.
        public var startingAt: LogSequenceNumber?
        /// How often the server is told how far the consumer is; more often where its `wal_sender_timeout` asks for that.
        public var statusInterval: Duration = .seconds(10)
        /// After so long a silence, while somebody waits for what comes next, the server is asked for a sign of life; nil for
        /// never.
        public var heartbeat: Duration? = .seconds(30)
        /// A server that does not answer for so long is given up, and the connection lost.
        public var heartbeatTimeout: Duration = .seconds(30)
        /// After the loss of its connection, ``Connection/replicate(from:publications:_:_:_:)`` tries for so long to get another
        /// one before it throws why there is none; `.zero` to throw at once what the loss was.
        public var giveUpAfter: Duration = .seconds(300)
        /// The shortest and the longest pause between two attempts, see ``Notifications/Options/pauses``.
        public var pauses: ClosedRange<Duration> = .milliseconds(100)...(.seconds(10))

        /// The defaults: text, the newest protocol, whole transactions.
        public init() {}
    }
}

extension Replication.Options {
    func pause(before attempt: Int) -> Duration {
        var options = Notifications.Options()
        options.pauses = pauses
        return options.pause(before: attempt)
    }
}
