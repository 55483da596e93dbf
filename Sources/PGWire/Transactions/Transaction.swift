/// An open transaction. Only the closure that it was given to can use it.
public struct Transaction: Queryable, ~Copyable {
    /// What ``Queryable`` works on; of no use to others.
    public let _handle: ConnectionHandle

    /// How many savepoints it is inside of.
    let depth: Int

    init(_ handle: ConnectionHandle, depth: Int = 0) {
        _handle = handle
        self.depth = depth
    }
}

extension ConnectionHandle {
    /// Whether the transaction can go on, after an error that need not be the server's.
    var isBlockSound: Bool {
        get async { (try? await withLock { $0.session.transactionStatus == .inTransaction }) ?? false }
    }
}

/// How much a transaction sees of others at the same time (manual: "Transaction Isolation").
public enum IsolationLevel: String, Sendable, CaseIterable {
    /// Each statement sees what was committed before it began. The server's usual default.
    case readCommitted = "READ COMMITTED"
    /// The whole transaction sees what was committed before its first statement.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; may fail with `40001`, so ask for retries.
    case serializable = "SERIALIZABLE"
}

extension Connection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    ///
    /// Do not run COMMIT or ROLLBACK in `body`: what follows would be in no transaction any more, and could not be rolled back.
    /// Errors of `body` come out unchanged. Other tasks' calls on this connection wait until the transaction is over.
    ///
    /// ```swift
    /// let id = try await db.transaction(isolation: .serializable, retries: 3) { tx in
    ///     try await tx.fetchOne("INSERT INTO player (name) VALUES (\(name)) RETURNING id", as: Int64.self)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - isolation: nil for the server's default.
    ///   - settings: what holds for this transaction alone, such as a role; it costs no round trip.
    ///   - retries: how often `body` is run again when the server rolled the transaction back because of others at the
    ///     same time (`40001`, `40P01`), so `body` must be fit to be repeated.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the server refuses a setting, and then `body` is not run;
    ///   ``PostgresError/commitOutcomeUnknown(_:)`` when the connection was lost between COMMIT and
    ///   its answer; ``PostgresError/usage(_:)`` when a statement had failed, `body` went on regardless, and so the server rolled
    ///   back instead of committing, or when a setting is invalid.
    @discardableResult
    public func transaction<R>(
        isolation: IsolationLevel? = nil, readOnly: Bool = false, deferrable: Bool = false,
        settings: TransactionSettings = TransactionSettings(), retries: Int = 0,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        var begin = "BEGIN"
        if let isolation { begin += " ISOLATION LEVEL \(isolation.rawValue)" }
        if readOnly { begin += " READ ONLY" }
        if deferrable { begin += " DEFERRABLE" }
        return try await _handle.runTransaction(begin, settings, .commit, retries: retries, body)
    }
}
