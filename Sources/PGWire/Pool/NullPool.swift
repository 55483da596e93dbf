/// A fresh connection for each use, at most so many at once: what belongs in front of a transaction pooler, which does the
/// pooling itself, and in a function that may be frozen at any time.
///
/// In front of a server itself ``ConnectionPool`` saves a login for each use.
///
/// Those for whom there is no slot wait, first come first served. A connection is cheap because SCRAM's keys and the TLS
/// configuration are kept from one to the next.
public final class NullPool: ConnectionProvider {
    /// How the connections are made.
    public let configuration: Connection.Configuration
    private let permits: Semaphore

    /// A pool with at most `maximumConnections` connections at once; at least one.
    public init(_ configuration: Connection.Configuration, maximumConnections: Int = 10) {
        self.configuration = configuration
        permits = Semaphore(permits: maximumConnections)
    }

    /// How many wait for a slot.
    package var waiterCount: Int { permits.waiterCount }

    @discardableResult
    public func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R {
        try await permits.acquire()
        defer { permits.release() }
        return try await Connection.withConnection(configuration, body)
    }
}
