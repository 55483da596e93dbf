/// A pool had no connection to give, as it was in those moments.
public struct PoolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// No connection became free in time.
        case timedOut
        /// The pool gives out no connections any more.
        case closed
    }

    /// What went wrong.
    public var reason: Reason
    /// How many connections were in use.
    public var inUse: Int
    /// How many were being opened.
    public var opening: Int
    /// How many others waited.
    public var waiting: Int
    /// How long the one that was out longest had been out; nil when none was in use.
    public var longestUse: Duration?
    /// One sentence: what happened at which pool, and what to do.
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
