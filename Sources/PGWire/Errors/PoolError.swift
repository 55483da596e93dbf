/// A pool could not provide a connection. The numbers are those of that moment.
public struct PoolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// No connection became free within the pool's `acquireTimeout`.
        case timedOut
        /// The pool was closed.
        case closed
    }

    /// What went wrong.
    public var reason: Reason
    /// The number of connections in use.
    public var inUse: Int
    /// The number of connections being opened.
    public var opening: Int
    /// The number of other tasks that waited.
    public var waiting: Int
    /// How long the connection that was in use longest had been in use; nil when none was.
    public var longestUse: Duration?
    /// One sentence: the pool's server, what happened, and what to do.
    public var description: String

    init(
        _ reason: Reason, inUse: Int, opening: Int, waiting: Int, longestUse: Duration?, _ description: String
    ) {
        self.reason = reason
        self.inUse = inUse
        self.opening = opening
        self.waiting = waiting
        self.longestUse = longestUse
        self.description = description
    }
}
