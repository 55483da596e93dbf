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
    /// Who held connections longest, the longest first; at most ten.
    public var holders: [Holder]
    /// How long the connection that was in use longest had been in use; nil when none was.
    public var longestUse: Duration? { holders.first?.duration }
    /// One sentence: the pool's server, what happened, and what to do.
    public var description: String

    static let maximumHolders = 10

    /// Who holds a connection, and for how long.
    public struct Holder: Sendable, Hashable, CustomStringConvertible {
        /// Module, file and line, such as `App/Store.swift:42`; nil where that is not known.
        public var place: String?
        /// How long it has been held.
        public var duration: Duration

        /// `12.3 s (App/Store.swift:42)`.
        public var description: String { duration.text + (place.map { " (\($0))" } ?? "") }
    }

    init(
        _ reason: Reason, inUse: Int, opening: Int, waiting: Int, holders: [Holder], _ description: String
    ) {
        self.reason = reason
        self.inUse = inUse
        self.opening = opening
        self.waiting = waiting
        self.holders = holders
        self.description = description
    }
}
