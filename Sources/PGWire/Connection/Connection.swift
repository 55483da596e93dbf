/// A connection to a PostgreSQL server or pooler.
///
/// It serves one call at a time; further calls wait, first come first served. There is nothing to start and
/// nothing runs in the background: whoever calls drives it.
///
/// ```swift
/// try await Connection.withConnection(Connection.Configuration("postgres://scribe@localhost/scribe")) { db in
///     for try await (id, name) in db.query("SELECT id, name FROM player", as: (Int64, String?).self) { … }
/// }
/// ```
public final class Connection: Queryable {
    /// What ``Queryable`` works on; of no use to others.
    public let _handle: ConnectionHandle
    /// Which of the configuration's endpoints this is a connection to.
    public let endpoint: Endpoint
    /// What TLS agreed on; nil when the connection is not encrypted.
    public let tls: TLSInfo?
    /// The process that serves this connection, as in `pg_stat_activity.pid`; behind a pooler a number of the pooler's
    /// own. Nil when the server did not say, or not yet (``Connection/Configuration/eagerStart``).
    public let backendProcessID: Int32?

    /// The version of the protocol that was agreed on, see ``Connection/Configuration/maximumProtocolVersion``.
    public let protocolVersion: ProtocolVersion

    init(_ connection: PhysicalConnection) {
        _handle = ConnectionHandle(connection)
        endpoint = connection.endpoint
        tls = connection.transport.tlsInfo
        protocolVersion = connection.session.protocolVersion
        backendProcessID = connection.session.backendKey?.processID
    }

    /// Connects. Prefer ``withConnection(_:_:)``, which closes the connection too.
    ///
    /// - Throws: ``PostgresError/connection(_:)``, ``PostgresError/server(_:)`` when the login is refused,
    ///   ``PostgresError/configuration(_:)``, or `CancellationError`. Name resolution, TCP, TLS and authentication take at most
    ///   ``Connection/Configuration/connectTimeout`` together.
    public static func connect(_ configuration: Connection.Configuration) async throws -> Connection {
        Connection(try await Connector(configuration).connect())
    }

    /// Logs in over a socket that is connected already, such as one end of a pair or of a tunnel. For more than one
    /// connection see ``Connection/Configuration/socketProvider``.
    ///
    /// The first endpoint of the configuration says whose certificate is expected, and whether the server counts as being on
    /// this host; it is not connected to. A statement cannot be cancelled, as that takes another connection: when a call is
    /// cancelled or its time is over, the connection is closed.
    ///
    /// - Parameter descriptor: a connected stream socket. It passes to the connection, which closes it, also when this throws.
    /// - Throws: as ``connect(_:)``.
    public static func connect(
        over descriptor: CInt, _ configuration: Connection.Configuration
    ) async throws -> Connection {
        Connection(try await Connector(configuration, over: GivenSocket(descriptor)).connect())
    }

    /// Connects, runs `body`, and closes. Errors of `body` come out unchanged.
    @discardableResult
    public static func withConnection<R>(
        _ configuration: Connection.Configuration, _ body: (Connection) async throws -> R
    ) async throws -> R {
        let connection = try await connect(configuration)
        return try await closing(connection.close) { try await body(connection) }
    }

    /// Runs `body`, and closes what it has used, however it ends.
    static func closing<R>(_ close: () async -> Void, after body: () async throws -> R) async throws -> R {
        do {
            let result = try await body()
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    /// Closes the connection. A call that is under way is not waited for: it ends by an error, and the server, finding
    /// nobody there, gives up the statement. Closing twice does no harm.
    ///
    /// A statement whose rows were not read to the end, and that may change data, is let finish, until its timeout or for 30 s,
    /// so that what it has done stays done. A task that is cancelled does not wait for that.
    public func close() async {
        // Given back to a pool: it may be somebody else's by now.
        guard _handle.isValid else { return }
        if _handle.tryLock() || _handle.takeFromIteration() {
            defer { _handle.unlock() }
            guard _handle.isValid else { return }
            await _handle.connection.finishLeftover()
            _handle.connection.close()
        } else {
            _handle.connection.abort()
        }
    }

    /// A setting that the server reported when it was connected to, or that has changed since: `server_version`,
    /// `TimeZone`, `in_hot_standby` and so on (manual: "Asynchronous Operations"). Nil for one that it does not report.
    ///
    /// - Throws: ``PostgresError`` when the connection is closed, or `CancellationError` while waiting for other calls.
    public func parameter(_ name: String) async throws -> String? {
        try await _handle.withLock { connection in
            try await connection.completeLogin()
            return connection.session.parameters[name]
        }
    }

    /// Counts of what passed through the socket.
    package func traffic() async throws -> Traffic {
        try await _handle.withLock { $0.transport.traffic }
    }

    /// How many bytes were copied within the input buffer.
    package func movedBytes() async throws -> Int {
        try await _handle.withLock { $0.session.input.movedBytes }
    }

    /// How many calls wait for others.
    package var waiterCount: Int { _handle.waiterCount }
}
