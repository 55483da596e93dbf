extension ConnectionPool {
    /// The state of a pool, and counts since it was made.
    public struct Statistics: Sendable, Hashable {
        /// The number of idle connections.
        public var idle = 0
        /// The number of connections in use.
        public var inUse = 0
        /// The number of connections being opened. Idle, in use and opening together never exceed the maximum.
        public var opening = 0
        /// The number of tasks that wait for a connection.
        public var waiting = 0
        /// The number of connections opened so far.
        public var opened = 0
        /// The number of attempts to open one that failed or were cancelled.
        public var failedToOpen = 0
        /// The number of tasks that waited until the timeout.
        public var timedOut = 0
        /// The numbers of connections closed so far, by reason.
        public var closed: [CloseReason: Int] = [:]

        init() {}
    }

    /// Why a pool closed a connection.
    public enum CloseReason: Sendable, Hashable, CaseIterable {
        /// It was idle for ``Options/idleTimeout``.
        case idle
        /// It was older than ``Options/maximumLifetime``.
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
}
