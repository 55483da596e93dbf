extension Connection.Configuration {
    /// How TCP finds out that the server is gone: the system probes a connection on which nothing is sent (keepalive), and
    /// gives up what is not acknowledged. Without effect on Unix sockets.
    public struct TCP: Sendable, Hashable {
        /// Whether the system probes a silent connection (libpq's `keepalives`). A firewall forgets a connection that is
        /// silent for long, and nobody is told.
        public var keepAlive = true
        /// The silence before the first probe, in whole seconds (libpq's `keepalives_idle`); nil for the system's default,
        /// two hours on Linux.
        public var keepAliveIdle: Duration? = .seconds(60)
        /// The time between probes, in whole seconds (libpq's `keepalives_interval`); nil for the system's default.
        public var keepAliveInterval: Duration?
        /// The number of unanswered probes after which the connection is lost (libpq's `keepalives_count`); nil for the
        /// system's default.
        public var keepAliveCount: Int?
        /// How long sent data may stay unacknowledged before the connection is lost, in whole milliseconds (libpq's
        /// `tcp_user_timeout`); nil for the system's default. Only on Linux.
        public var userTimeout: Duration?

        /// The defaults: probes after a minute of silence, otherwise as the system has it.
        public init() {}

        /// Settings that no system takes, one sentence each.
        var problems: [String] {
            // Linux's limits.
            let limits: [(name: String, value: Int64, limit: Int64)] = [
                ("keepalives_idle", keepAliveIdle?.wholeSeconds ?? 0, 32_767),
                ("keepalives_interval", keepAliveInterval?.wholeSeconds ?? 0, 32_767),
                ("keepalives_count", keepAliveCount.map { Int64($0) } ?? 0, 127),
                ("tcp_user_timeout", userTimeout?.wholeMilliseconds ?? 0, Int64(Int32.max)),
            ]
            return limits.filter { $0.value > $0.limit }.map { name, value, limit in
                "\(name) is \(value), and the system takes at most \(limit)"
            }
        }
    }
}

extension ParameterReader {
    /// The settings of `keepalives…` and `tcp_user_timeout`. Numbers that are not positive stand for the system's default.
    mutating func tcp() -> Connection.Configuration.TCP {
        var tcp = Connection.Configuration.TCP()
        if let isOn = integer(.keepalives) { tcp.keepAlive = isOn != 0 }
        if let seconds = integer(.keepalivesIdle) { tcp.keepAliveIdle = seconds > 0 ? .seconds(seconds) : nil }
        if let seconds = integer(.keepalivesInterval), seconds > 0 { tcp.keepAliveInterval = .seconds(seconds) }
        if let count = integer(.keepalivesCount), count > 0 { tcp.keepAliveCount = count }
        if let milliseconds = integer(.tcpUserTimeout), milliseconds > 0 {
            tcp.userTimeout = .milliseconds(milliseconds)
        }
        for problem in tcp.problems { add(problem) }
        return tcp
    }
}
