import Synchronization

/// A connection in replication mode (`replication=database`), for the commands of the replication protocol: to make slots and
/// to drop them, and to stream from one. What needs no slot of its own is ``Connection/replicate(from:publications:_:_:_:)``.
///
/// ```swift
/// try await ReplicationConnection.withConnection(configuration) { db in
///     try await db.createSlot("feed")
/// }
/// ```
/// It takes one call at a time, others wait. The role needs the attribute REPLICATION, and the server's `pg_hba.conf` must let
/// it in to the database. There can be no pooler between.
public final class ReplicationConnection: Sendable {
    let connection: Connection
    /// The server's major version.
    public let serverVersion: Int
    /// Whether it was asked to stream.
    let hasStreamed = Atomic(false)

    private init(_ connection: Connection, _ serverVersion: Int) {
        self.connection = connection
        self.serverVersion = serverVersion
    }

    /// Connects. Prefer ``withConnection(_:_:)``, which closes the connection too.
    ///
    /// - Throws: as ``Connection/connect(_:)``; ``PostgresError/usage(_:)`` where a pooler is between;
    ///   ``PostgresError/server(_:)`` when the role may not replicate.
    public static func connect(_ configuration: Connection.Configuration) async throws -> ReplicationConnection {
        for endpoint in configuration.endpoints {
            let mode = PoolerMode(endpoint, configured: configuration.poolerMode)
            if mode.kind != .direct { throw PostgresError.usage(pooled("\(endpoint)", mode.reason)) }
        }
        var configuration = configuration
        configuration.poolerMode = .direct
        configuration.startupParameters.removeAll { $0.name == "replication" }
        configuration.startupParameters.append(.init(name: "replication", value: "database"))
        let connection: Connection
        do {
            connection = try await Connection.connect(configuration)
        } catch PostgresError.server(let error) {
            throw loginError(error, configuration)
        }
        do {
            let version = try await connection.parameter("server_version") ?? ""
            let replication = ReplicationConnection(connection, majorVersion(version))
            // A pooler that has swallowed the parameter passes the command on to an ordinary session.
            _ = try await replication.identifySystem(timeout: configuration.connectTimeout)
            return replication
        } catch PostgresError.server(let error) where error.sqlState == .syntaxError {
            await connection.close()
            let reason = "it takes no commands of replication"
            throw PostgresError.usage(pooled("\(connection.endpoint)", reason))
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Connects, runs `body`, and closes. Errors of `body` come out unchanged.
    @discardableResult
    public static func withConnection<R>(
        _ configuration: Connection.Configuration, _ body: (ReplicationConnection) async throws -> R
    ) async throws -> R {
        let connection = try await connect(configuration)
        return try await Connection.closing(connection.close) { try await body(connection) }
    }

    /// Closes the connection, as ``Connection/close()``. A temporary slot is gone then.
    public func close() async { await connection.close() }

    /// The server process, as in `pg_stat_replication.pid`.
    public var backendProcessID: Int32? { connection.backendProcessID }

    /// Runs SQL, which such a connection takes by the simple protocol only: see
    /// ``Queryable/execute(script:timeout:)``.
    ///
    /// - Throws: as that.
    @discardableResult
    public func execute(script: String, timeout: Duration? = nil) async throws -> [StatementResult] {
        try await connection.execute(script: script, timeout: timeout)
    }

    private static func pooled(_ endpoint: String, _ reason: String) -> String {
        "replication needs the server itself, and \(endpoint) is taken for a pooler (\(reason)): connect to the server, and where "
            + "this is one, set poolerMode to direct"
    }

    private static func loginError(
        _ error: ServerError, _ configuration: Connection.Configuration
    ) -> PostgresError {
        var error = error
        let message = error.message.utf8
        if error.sqlState == .protocolViolation, message.contains("startup parameter".utf8) {
            let endpoints = configuration.endpoints.map { "\($0)" }.joined(separator: ", ")
            return .usage(pooled(endpoints, "it says: \(error.message.escapingControls)"))
        }
        switch error.sqlState {
        case .insufficientPrivilege where error.isAboutWALSender:
            error.summary =
                "replication refused: \(error.message.escapingControls) (SQLSTATE \(error.sqlState))"
            error.advice =
                "The role needs the attribute REPLICATION: ALTER ROLE \(SQLIdentifier(configuration.user).quoted) REPLICATION."
        case .tooManyConnections where message.contains("max_wal_senders".utf8):
            error.advice =
                "End what else replicates (pg_stat_replication), or raise max_wal_senders, which takes a restart."
        default: break
        }
        return .server(error)
    }

    /// The number before the first point or letter: `17.2 (Debian 17.2-1)`, `18beta1`.
    static func majorVersion(_ text: String) -> Int {
        Int(String(decoding: text.utf8.prefix { (0x30...0x39).contains($0) }.prefix(4), as: UTF8.self)) ?? 0
    }
}

extension ServerError {
    /// The term is the same in all languages. A role may also lack the right to connect.
    fileprivate var isAboutWALSender: Bool {
        let text = (message + (detail ?? "")).lowercased().utf8
        return text.contains("wal sender".utf8) || text.contains("walsender".utf8) || text.contains("replication".utf8)
    }
}
