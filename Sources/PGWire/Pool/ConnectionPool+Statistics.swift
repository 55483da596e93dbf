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
    public typealias CloseReason = PoolCloseReason
}
