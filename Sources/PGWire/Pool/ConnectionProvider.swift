/// A source of connections: a pool.
public protocol ConnectionProvider: Sendable {
    /// Runs `body` with a connection that it uses exclusively. Errors of `body` are thrown unchanged.
    ///
    /// - Throws: ``PostgresError`` when no connection can be provided, or `CancellationError`.
    @discardableResult
    func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R
}

extension ConnectionProvider {
    /// Runs `body` in a transaction on a connection that it uses exclusively, as
    /// ``Connection/transaction(isolation:readOnly:deferrable:settings:retries:_:)`` does.
    ///
    /// ```swift
    /// let notes = try await pool.transaction(settings: .role("authenticated").claims(["sub": user])) { tx in
    ///     try await tx.fetchAll("SELECT title FROM note", as: String.self)
    /// }
    /// ```
    @discardableResult
    public func transaction<R>(
        isolation: IsolationLevel? = nil, readOnly: Bool = false, deferrable: Bool = false,
        settings: TransactionSettings = TransactionSettings(), retries: Int = 0, fileID: String = #fileID,
        line: Int = #line, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        try await BorrowingPlace.at(fileID, line) {
            try await withConnection { db in
                try await db.transaction(
                    isolation: isolation, readOnly: readOnly, deferrable: deferrable, settings: settings,
                    retries: retries, body)
            }
        }
    }
}
