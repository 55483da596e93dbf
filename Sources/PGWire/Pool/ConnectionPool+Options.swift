extension ConnectionPool {
    /// How many connections a pool keeps, for how long, and how it makes sure of them. Everything has a default.
    ///
    /// ```swift
    /// var options = ConnectionPool.Options(maximumConnections: 20)
    /// options.acquireTimeout = .seconds(5)
    /// ```
    public struct Options: Sendable, Hashable {
        /// The greatest number of connections, counting those being opened; at least 1. Default: 10.
        ///
        /// Several times as many as the server has processor cores do not make it faster.
        public var maximumConnections: Int
        /// The number of connections below which ``idleTimeout`` closes none. Default: 0.
        ///
        /// They are opened when they are first needed, as nothing runs in the background; ``ConnectionPool/warmUp()``
        /// opens them beforehand. ``maximumLifetime`` holds for them too.
        public var minimumConnections = 0
        /// How long to wait for a slot when all connections are in use; nil for without limit, zero for not at all.
        /// Default: 30 s.
        ///
        /// What comes then has limits of its own: ``checkTimeout``, and ``Connection/Configuration/connectTimeout`` when a
        /// connection must be opened.
        public var acquireTimeout: Duration? = .seconds(30)
        /// How long a connection may be unused before it is closed; nil for without limit. Default: 10 minutes.
        public var idleTimeout: Duration? = .seconds(600)
        /// How long after it was opened a connection is closed, as soon as nobody uses it; nil for never. Default: 1 hour.
        ///
        /// What changes on the way to the server (its address, its settings, the memory that its processes hold on to)
        /// is thus met within that time. Each connection is closed at a random point of the last tenth, so that those
        /// opened together do not end together.
        public var maximumLifetime: Duration? = .seconds(3600)
        /// A connection that was unused for so long must answer before it is given out: one round trip. Nil for never,
        /// zero for always. Default: 30 s.
        ///
        /// Every connection is looked at before it is given out, which costs no round trip and shows whether the server
        /// has ended it. What it cannot show is that something between has forgotten the connection without a word, as
        /// firewalls and address translators do after minutes.
        public var checkAfterIdle: Duration? = .seconds(30)
        /// How long that answer may take before another connection is opened instead. Default: 5 s.
        public var checkTimeout: Duration = .seconds(5)
        /// What is undone of a user's changes to the session when the connection comes back. Default:
        /// ``Reset/nothing``.
        public var reset = Reset.nothing

        /// The defaults, with this many connections at most.
        public init(maximumConnections: Int = 10) {
            self.maximumConnections = maximumConnections
        }
    }

    /// What is undone of a user's changes to the session, beyond a transaction left open, which is always rolled back.
    public enum Reset: Sendable, Hashable {
        /// Nothing more: what SET, LISTEN, PREPARE, `pg_advisory_lock` or a temporary table left stays for the next user.
        ///
        /// This is the default as it costs nothing, PGWire itself leaves nothing behind (a statement's timeout ends with
        /// its transaction), and what is meant for one transaction has forms of its own: SET LOCAL, `set_config(…, true)`,
        /// ON COMMIT DROP, `pg_advisory_xact_lock`.
        case nothing
        /// `DISCARD ALL`: the session is as if it were new. A round trip each time a connection comes back. Behind a
        /// transaction pooler it means little, as the session is not the client's own.
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
    /// With numbers that make sense, and times that can be added to any other: at most ten years.
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
