/// A transaction that begins by ``Connection/transaction(isolation:readOnly:deferrable:settings:retries:_:)`` or
/// ``Connection/prepareTransaction(_:isolation:settings:retries:_:)``.
public struct ObservedTransaction: Sendable {
    /// The connection.
    public let connection: ObservedConnection
    /// Which attempt it is, from 1: others may be in the way of the first ones.
    public let attempt: Int
    /// How it begins: `BEGIN ISOLATION LEVEL SERIALIZABLE`.
    public let begin: String

    init(connection: ObservedConnection, attempt: Int, begin: String) {
        self.connection = connection
        self.attempt = attempt
        self.begin = begin
    }

    /// How a transaction ends.
    public struct End: Sendable {
        /// What became of it.
        public let outcome: Outcome
        /// From just before BEGIN until the answer to its end.
        public let duration: Duration
        /// Why it was not committed: the closure's own error as well.
        public let failure: ObservedFailure?
    }

    /// What became of a transaction.
    public enum Outcome: String, Sendable, Hashable {
        /// It is committed.
        case committed
        /// It is prepared, to be committed later.
        case prepared
        /// Nothing of it is left.
        case rolledBack
        /// The connection was lost between the end's being sent and its answer.
        case unknown
    }
}

/// A wait for a connection of a pool.
public struct PoolBorrowing: Sendable {
    /// The pool as it is now.
    public let pool: ObservedPool
    /// Who borrows, as far as that is known.
    public let place: BorrowingPlace?

    init(pool: ObservedPool, place: BorrowingPlace?) {
        self.pool = pool
        self.place = place
    }

    /// How it ends.
    public struct End: Sendable {
        /// The pool as it is then.
        public let pool: ObservedPool
        /// The connection; nil when there is none.
        public let connection: ObservedConnection?
        /// How long it took, with the check or the making of the connection (OpenTelemetry: `db.client.connection.wait_time`).
        public let duration: Duration
        /// Why there is none: `pool.timedOut` (OpenTelemetry: `db.client.connection.timeouts`), `cancelled`, or why none could be made.
        public let failure: ObservedFailure?
    }
}

/// A pool, and how many connections it has.
public struct ObservedPool: Sendable, Hashable {
    /// The servers and the database: `db.example.com:5432/scribe` (OpenTelemetry: `db.client.connection.pool.name`).
    public let name: String
    /// The greatest number of connections (OpenTelemetry: `db.client.connection.max`).
    public let maximum: Int
    /// The number of idle connections (OpenTelemetry: `db.client.connection.count`, state `idle`).
    public let idle: Int
    /// The number of connections in use, or being made (state `used`).
    public let inUse: Int
    /// The number of tasks that wait (OpenTelemetry: `db.client.connection.pending_requests`).
    public let waiting: Int

    init(name: String, maximum: Int, idle: Int, inUse: Int, waiting: Int) {
        self.name = name
        self.maximum = maximum
        self.idle = idle
        self.inUse = inUse
        self.waiting = waiting
    }
}

/// Why a pool closed a connection.
public enum PoolCloseReason: String, Sendable, Hashable, CaseIterable {
    /// It was idle for ``ConnectionPool/Options/idleTimeout``.
    case idle
    /// It was older than ``ConnectionPool/Options/maximumLifetime``.
    case lifetime
    /// It was lost, did not answer, was closed by its user, or was returned with a call still in progress.
    case broken
    /// It could not be reset when it was returned, or the task was cancelled during the check.
    case disorder
    /// It leads to a server of another kind than ``Connection/Configuration/targetSession`` asks for, as after a
    /// failover: it has said so, or refused to write.
    case wrongServer
    /// The pool was closed.
    case poolClosed
}
