extension ConnectionPool {
    /// The size of a pool, its timeouts, and how connections are checked and reset. Everything has a default.
    ///
    /// ```swift
    /// var options = ConnectionPool.Options(maximumConnections: 20)
    /// options.acquireTimeout = .seconds(5)
    /// ```
    public struct Options: Sendable, Hashable {
        /// The maximum number of connections, including those being opened; at least 1. Default: 10.
        ///
        /// Several times the number of the server's processor cores is not faster.
        public var maximumConnections: Int
        /// The number of connections that ``idleTimeout`` keeps open. Default: 0.
        ///
        /// They are opened on demand, as nothing runs in the background; ``ConnectionPool/warmUp()`` opens them in
        /// advance. ``maximumLifetime`` applies to them too.
        public var minimumConnections = 0
        /// How long to wait for a connection when all are in use; nil for no limit, zero not to wait. Default: 30 s.
        ///
        /// Checking and opening a connection have timeouts of their own: ``checkTimeout`` and
        /// ``Connection/Configuration/connectTimeout``.
        public var acquireTimeout: Duration? = .seconds(30)
        /// How long a connection may be idle before it is closed; nil for no limit. Default: 10 minutes.
        public var idleTimeout: Duration? = .seconds(600)
        /// How long after it was opened a connection is closed, once it is not in use; nil for never. Default: 1 hour.
        ///
        /// Within that time changes of the server's address and settings take effect, and the memory of its processes
        /// is freed. Each connection is closed at a random time in the last tenth, so that those opened together are
        /// not closed together.
        public var maximumLifetime: Duration? = .seconds(3600)
        /// A connection that was idle for this long is checked by a round trip before it is lent. Nil for never, zero
        /// for always. Default: 30 s.
        ///
        /// Every connection is also checked without a round trip for whether the server has closed it. That does not
        /// detect a connection that a firewall or NAT has silently dropped, as they do after minutes.
        public var checkAfterIdle: Duration? = .seconds(30)
        /// The timeout of that check, after which another connection is opened instead. Default: 5 s.
        public var checkTimeout: Duration = .seconds(5)
        /// How the session is reset when a connection is returned. Default: ``Reset/nothing``.
        public var reset = Reset.nothing

        /// The defaults, with this many connections at most.
        public init(maximumConnections: Int = 10) {
            self.maximumConnections = maximumConnections
        }
    }

    /// How the session is reset when a connection is returned. An open transaction is always rolled back.
    public enum Reset: Sendable, Hashable {
        /// No reset: the effects of SET, LISTEN, PREPARE, `pg_advisory_lock` and temporary tables remain for the next
        /// user.
        ///
        /// The default, as it costs nothing and PGWire itself leaves nothing behind. Use the forms that end with the
        /// transaction: SET LOCAL, `set_config(…, true)`, ON COMMIT DROP, `pg_advisory_xact_lock`.
        case nothing
        /// `DISCARD ALL`, a round trip each time a connection is returned. Of little use behind a transaction pooler,
        /// where the session is not the client's own.
        case discardAll
    }
}

extension ConnectionPool.Reset {
    var command: String? {
        switch self {
        case .nothing: nil
        case .discardAll: "DISCARD ALL"
        }
    }
}

extension ConnectionPool.Options {
    /// With valid numbers, and durations of at most ten years, which can be added without overflow.
    package var bounded: Self {
        func bounded(_ duration: Duration) -> Duration { min(max(duration, .zero), .seconds(315_360_000)) }
        var options = self
        options.maximumConnections = max(maximumConnections, 1)
        options.minimumConnections = min(max(minimumConnections, 0), options.maximumConnections)
        options.acquireTimeout = acquireTimeout.map(bounded)
        options.idleTimeout = idleTimeout.map(bounded)
        options.maximumLifetime = maximumLifetime.map(bounded)
        options.checkAfterIdle = checkAfterIdle.map(bounded)
        options.checkTimeout = bounded(checkTimeout)
        return options
    }
}
