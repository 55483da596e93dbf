/// A source of connections: a pool.
public protocol ConnectionProvider: Sendable {
    /// Runs `body` with a connection that it uses exclusively. Errors of `body` are thrown unchanged.
    ///
    /// - Throws: ``PostgresError`` when no connection can be provided, or `CancellationError`.
    @discardableResult
    func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R
}
