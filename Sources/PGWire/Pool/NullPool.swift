/// A provider that opens a connection for each use, with a maximum number at once. Use it behind a transaction pooler,
/// which does the pooling itself, and in serverless functions, which may be frozen at any time.
///
/// For direct connections ``ConnectionPool`` saves the login for each use.
///
/// When the maximum is reached, tasks wait, first in, first out. Opening a connection is cheap, as SCRAM keys and the
/// TLS configuration are cached.
public final class NullPool: ConnectionProvider {
    /// The configuration of the connections.
    public let configuration: Connection.Configuration
    private let permits: Semaphore
    let maximumConnections: Int
    private let acquireTimeout: Duration?

    /// A pool with at most `maximumConnections` connections at once, at least one.
    ///
    /// - Parameter acquireTimeout: how long to wait when all are in use; nil for no limit, zero not to wait. After that
    ///   ``PostgresError/pool(_:)`` is thrown.
    public init(
        _ configuration: Connection.Configuration, maximumConnections: Int = 10,
        acquireTimeout: Duration? = .seconds(30)
    ) {
        self.configuration = configuration
        self.acquireTimeout = acquireTimeout.map { min(max($0, .zero), .seconds(315_360_000)) }
        self.maximumConnections = max(maximumConnections, 1)
        permits = Semaphore(permits: maximumConnections)
    }

    /// The number of tasks that wait.
    package var waiterCount: Int { permits.waiterCount }

    /// The number of connections that are in use or being made.
    var inUse: Int { maximumConnections - permits.freeCount }

    func acquire() async throws {
        try Task.checkCancellation()
        if permits.tryAcquire() { return }
        guard try await !permits.acquire(until: acquireTimeout.map { .now + $0 }) else { return }
        let target = configuration.endpoints.map(\.description).joined(separator: ", ")
        throw PostgresError.pool(
            PoolError(
                .timedOut, inUse: inUse, opening: 0, waiting: permits.waiterCount, holders: [],
                "no connection to \(target) could be opened within \((acquireTimeout ?? .zero).text), as \(maximumConnections) are in "
                    + "use already; look for what holds connections so long, such as a task that borrows a second one while it has "
                    + "one, or raise maximumConnections"))
    }

    /// Runs `body` with a new connection; see ``ConnectionProvider/withConnection(_:)``. The place in the source is told to
    /// observers.
    @discardableResult
    public func withConnection<R>(
        fileID: String = #fileID, line: Int = #line, _ body: (Connection) async throws -> R
    ) async throws -> R {
        if configuration.observer == nil { return try await lend(body) }
        return try await BorrowingPlace.at(fileID, line) { try await lend(body) }
    }

    /// The same, for those who know it as a ``ConnectionProvider``.
    @_disfavoredOverload
    @discardableResult
    public func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R { try await lend(body) }

    private func lend<R>(_ body: (Connection) async throws -> R) async throws -> R {
        if let observer = configuration.observer { try await observedAcquire(observer) } else { try await acquire() }
        defer { permits.release() }
        return try await Connection.withConnection(configuration, body)
    }
}
