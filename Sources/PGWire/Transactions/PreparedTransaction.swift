#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A transaction that waits, prepared, for ``Connection/commitPrepared(_:timeout:)`` or ``Connection/rollbackPrepared(_:timeout:)``.
///
/// It survives a restart of the server, keeps its locks and keeps rows from being vacuumed: finish it soon.
public struct PreparedTransaction: Sendable, Hashable {
    /// Its identifier, as it was given to ``Connection/prepareTransaction(_:isolation:settings:retries:_:)``.
    public var id: String
    /// When it was prepared.
    public var preparedAt: Date
    /// The role that prepared it, which alone, but for superusers, can finish it.
    public var owner: String
}

extension Connection {
    /// Runs `body` in a transaction as ``transaction(isolation:readOnly:deferrable:settings:retries:_:)`` does, but prepares it in
    /// place of committing (manual: PREPARE TRANSACTION): it is safe on the server's disk and can no longer fail, and any
    /// connection to the database can commit it or roll it back, also after a crash.
    ///
    /// ```swift
    /// try await first.prepareTransaction("order-17") { tx in try await tx.execute("UPDATE account SET …") }
    /// try await second.prepareTransaction("order-17") { tx in try await tx.execute("UPDATE stock SET …") }
    /// try await first.commitPrepared("order-17")
    /// try await second.commitPrepared("order-17")
    /// ```
    ///
    /// - Parameters:
    ///   - id: names the transaction among all of the server; 1 to 199 bytes.
    ///   - retries: how often `body` is run again when others were in its way.
    /// - Throws: as `transaction`; ``PostgresError/prepareOutcomeUnknown(_:)`` when the connection was lost between PREPARE
    ///   TRANSACTION and its answer; ``PostgresError/server(_:)`` (`55000`) where the server's `max_prepared_transactions` is 0, as
    ///   it is unless somebody has set it, and when `body` did what cannot be prepared, such as using temporary tables.
    @discardableResult
    public func prepareTransaction<R>(
        _ id: String, isolation: IsolationLevel? = nil, settings: TransactionSettings = TransactionSettings(),
        retries: Int = 0, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        try checkIdentifier(id)
        let begin = isolation.map { "BEGIN ISOLATION LEVEL \($0.rawValue)" } ?? "BEGIN"
        do {
            return try await _handle.runTransaction(begin, settings, .prepare(id), retries: retries, body)
        } catch PostgresError.server(var error) where error.isAboutPreparing {
            error.advice = """
                The server's max_prepared_transactions is 0: set it to as many as there may be at once, and restart it.
                """
            throw PostgresError.server(error)
        }
    }

    /// Commits a prepared transaction of this database, whoever prepared it. It is not given up when the task is cancelled.
    ///
    /// - Throws: ``PostgresError/server(_:)`` (`42704`) when there is none of this identifier;
    ///   ``PostgresError/commitOutcomeUnknown(_:)`` when the connection was lost meanwhile: then it is committed if
    ///   ``preparedTransactions(timeout:)`` no longer has it.
    public func commitPrepared(_ id: String, timeout: Duration? = nil) async throws {
        try await finishPrepared("COMMIT", id, timeout) { .commitOutcomeUnknown($0) }
    }

    /// Rolls back a prepared transaction of this database, whoever prepared it. It is not given up when the task is cancelled.
    ///
    /// - Throws: ``PostgresError/server(_:)`` (`42704`) when there is none of this identifier;
    ///   ``PostgresError/connection(_:)`` when the connection was lost meanwhile.
    public func rollbackPrepared(_ id: String, timeout: Duration? = nil) async throws {
        try await finishPrepared("ROLLBACK", id, timeout) { .connection($0) }
    }

    /// The prepared transactions of this database, the oldest first.
    public func preparedTransactions(timeout: Duration? = nil) async throws -> [PreparedTransaction] {
        let sql: SQL = """
            SELECT p.gid, p.prepared, p.owner::pg_catalog.text FROM pg_catalog.pg_prepared_xacts p
            WHERE p.database OPERATOR(pg_catalog.=) pg_catalog.current_database() ORDER BY p.prepared, p.gid
            """
        var all: [PreparedTransaction] = []
        try await _handle.forEachOwnRow(sql, ResultFormats((String, Date, String).self), timeout: timeout) { row in
            let (id, preparedAt, owner) = try row.decode(as: (String, Date, String).self)
            all.append(PreparedTransaction(id: id, preparedAt: preparedAt, owner: owner))
        }
        return all
    }

    private func finishPrepared(
        _ verb: String, _ id: String, _ timeout: Duration?, unknown: (ConnectionError) -> PostgresError
    ) async throws {
        try checkIdentifier(id)
        try await _handle.withLock(timeout) { connection in
            guard connection.session.transactionStatus == .idle else {
                throw PostgresError.usage("a prepared transaction is finished outside of other transactions")
            }
            try await connection.completeLogin()
            let statement = SQL(raw: "\(verb) PREPARED \(id.asEscapeLiteral)")
            // What is committed may have defined something.
            connection.prepared.noteDefinition()
            _ = try await connection.runEnd(statement, connection.endLimit(timeout), unknown: unknown)
        }
    }

    private func checkIdentifier(_ id: String) throws(PostgresError) {
        guard (1...199).contains(id.utf8.count), !id.hasZero else {
            throw .usage("a prepared transaction's identifier has 1 to 199 bytes, none of them zero")
        }
    }
}

extension ServerError {
    /// Whether prepared transactions are turned off ("prepared transactions are disabled").
    fileprivate var isAboutPreparing: Bool {
        sqlState == .objectNotInPrerequisiteState && routine == "MarkAsPreparing"
    }
}
