extension ConnectionPool {
    /// What a pool has, and what it has done since it was made.
    public struct Statistics: Sendable, Hashable {
        /// Connections that nobody uses now.
        public var idle = 0
        /// Connections that were given out.
        public var inUse = 0
        /// Connections that are being opened. Idle, in use and opening together never exceed the maximum.
        public var opening = 0
        /// Tasks that wait for a connection.
        public var waiting = 0
        /// How many connections were opened.
        public var opened = 0
        /// How many attempts to open one failed or were cancelled.
        public var failedToOpen = 0
        /// How many waited for a connection in vain.
        public var timedOut = 0
        /// How many connections were closed, by reason.
        public var closed: [CloseReason: Int] = [:]

        init() {}
    }

    /// Why a pool closed a connection.
    public enum CloseReason: Sendable, Hashable, CaseIterable {
        /// Nobody used it for ``Options/idleTimeout``.
        case idle
        /// It was older than ``Options/maximumLifetime``.
        case lifetime
        /// The server ended it, it broke or did not answer; or its user closed it, or left a call running on it, which
        /// had to be cut off.
        case broken
        /// It could not be put in order after its user, or the task was cancelled while the connection was being checked.
        case disorder
        /// The pool was closed.
        case poolClosed
    }
}
