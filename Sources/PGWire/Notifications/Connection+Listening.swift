extension Connection {
    /// Listens to channels on a connection of its own, and gives `body` what comes. When the connection is lost, another one
    /// takes its place, and the sequence says so.
    ///
    /// ```swift
    /// try await Connection.listen(to: ["jobs"], configuration) { notifications in
    ///     for try await event in notifications {
    ///         switch event {
    ///         case .notification(let notification): print(notification.payload)
    ///         case .reconnected, .dropped: print("some were missed")
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// When `body` begins, the server listens: what is committed from then on comes. However `body` ends, the connection is
    /// closed then. Everything happens in the task that iterates, and only while it waits for the next one: for a slow
    /// consumer nothing is kept here, but the server's queue of 8 GiB fills, which all databases share
    /// (`pg_notification_queue_usage()`).
    ///
    /// - Parameters:
    ///   - channels: at least one name, each of 1 to 63 bytes.
    ///   - configuration: leads to the server itself, or to a pooler that gives each client a server process of its own.
    /// - Throws: what `body` throws; ``PostgresError/usage(_:)`` where a transaction pooler is between; and as
    ///   ``connect(_:)``. The first attempt to connect is the only one.
    @discardableResult
    public static func listen<R>(
        to channels: [SQLIdentifier], _ configuration: Connection.Configuration,
        _ options: Notifications.Options = .init(), _ body: (Notifications) async throws -> R
    ) async throws -> R {
        let channels = try Channels(channels)
        if let endpoint = configuration.endpoints.first {
            let mode = PoolerMode(endpoint, configured: configuration.poolerMode)
            if mode.kind == .transaction {
                throw PostgresError.usage(PhysicalConnection.listeningRefused(endpoint, mode))
            }
        }
        let connection = try await connect(configuration, listeningTo: channels, options)
        let source = NotificationSource(connection, channels, configuration, options)
        do {
            let result = try await body(Notifications(source: source))
            await source.end()
            return result
        } catch {
            await source.end()
            throw error
        }
    }

    /// Listens to channels on this connection, and gives `body` what comes. The connection can be used meanwhile; what comes
    /// while other statements run is kept, up to ``Notifications/Options/maximumKept``. At the end of `body` the channels are
    /// no longer listened to.
    ///
    /// A call of another task interrupts the wait for the next notification. When the connection is lost, the
    /// sequence throws: ``listen(to:_:_:_:)`` gets another one instead.
    ///
    /// - Parameter channels: at least one name, each of 1 to 63 bytes.
    /// - Throws: what `body` throws; ``PostgresError/usage(_:)`` where a transaction pooler is between, in a transaction, and where
    ///   the connection listens already; and as other calls.
    @discardableResult
    public func listen<R>(
        to channels: [SQLIdentifier], _ options: Notifications.Options = .init(),
        _ body: (Notifications) async throws -> R
    ) async throws -> R {
        let channels = try Channels(channels)
        try await _handle.beginListening(keeping: options.maximumKept)
        let source = NotificationSource(self, channels, nil, options)
        do {
            try await execute(script: channels.commands("LISTEN"))
            let result = try await body(Notifications(source: source))
            await source.end()
            return result
        } catch {
            await source.end()
            throw error
        }
    }

    /// A new connection that listens.
    static func connect(
        _ configuration: Connection.Configuration, listeningTo channels: Channels, _ options: Notifications.Options
    ) async throws -> Connection {
        let connection = try await connect(configuration)
        do {
            // A server that lets us in and is silent then must not keep us.
            let timeout = configuration.connectTimeout
            try await connection._handle.beginListening(keeping: options.maximumKept, timeout: timeout)
            try await connection.execute(script: channels.commands("LISTEN"), timeout: timeout)
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension Queryable where Self: ~Copyable {
    /// Sends a notification to all who listen to the channel: in a transaction when it commits, and the same one only once.
    /// Works through any pooler.
    ///
    /// - Parameters:
    ///   - channel: 1 to 63 bytes.
    ///   - payload: fewer than 8000 bytes; more belongs in a table, and its key in here.
    /// - Throws: ``PostgresError/server(_:)`` when the payload is too long or the server's queue is full, and as other calls.
    public func notify(_ channel: SQLIdentifier, _ payload: String = "", timeout: Duration? = nil) async throws {
        _ = try Channels([channel])
        try await execute("SELECT pg_catalog.pg_notify(\(channel.text), \(payload))", timeout: timeout)
    }
}

/// Names of channels that the server takes as they are.
struct Channels: Sendable {
    private let names: [SQLIdentifier]

    init(_ names: [SQLIdentifier]) throws(PostgresError) {
        if names.isEmpty { throw .usage("there is no channel to listen to: name at least one") }
        for name in names { if let problem = name.problem { throw .usage("as a channel's name, \(problem)") } }
        self.names = names
    }

    /// One command for each of them.
    func commands(_ command: String) -> String { names.map { "\(command) \($0.quoted)" }.joined(separator: "; ") }
}
