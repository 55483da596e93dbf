/// What gives connections to those who need one for a while.
public protocol ConnectionProvider: Sendable {
    /// Runs `body` with a connection that nobody else uses meanwhile. Errors of `body` come out unchanged.
    ///
    /// - Throws: ``PostgresError`` when there is no connection to be had, or `CancellationError`.
    @discardableResult
    func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R
}
