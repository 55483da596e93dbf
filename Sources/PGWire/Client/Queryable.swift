/// What statements can be run on: a ``Connection``, or a ``Transaction`` on one.
///
/// Every call takes a `timeout`: nil for the configuration's ``Configuration/statementTimeout``, `.zero` for none
/// but the server's own. The
/// server enforces it; the setting travels in the same batch as the statement, so it costs no round trip and leaves nothing
/// behind. Each call throws ``PGError``, or `CancellationError` when the task is cancelled, in which case the server was
/// told to stop and the connection can be used further.
public protocol Queryable: ~Copyable, Sendable {
    /// The rows of a statement, to be iterated by `for try await`. It runs when the iteration begins, and again for each
    /// further iteration. Iterating no further leaves the connection usable: the next call reads off the rest first, so
    /// prefer a LIMIT to leaving a long result early.
    func query(_ sql: SQL, timeout: Duration?) -> RowSequence<Row>

    /// Runs a statement, drops its rows if there are any, and returns its tag.
    @discardableResult
    func execute(_ sql: SQL, timeout: Duration?) async throws -> CommandTag

    /// Runs text with any number of statements, separated by semicolons, through the simple protocol (manual:
    /// "Multiple Statements in a Simple Query"): unless the text says otherwise all of it is one transaction. It takes no
    /// parameters. Rows come in text format.
    ///
    /// The timeout holds for all of it, and the client enforces it by a cancel request.
    @discardableResult
    func execute(script: String, timeout: Duration?) async throws -> [StatementResult]
}

extension Queryable where Self: ~Copyable {
    /// The rows of a statement, see ``query(_:timeout:)``.
    public func query(_ sql: SQL) -> RowSequence<Row> { query(sql, timeout: nil) }

    /// The rows of a statement, each as a tuple of the given types, column by column.
    public func query<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) -> RowSequence<(repeat each T)> {
        RowSequence(query(sql, timeout: timeout)) { row in try row.decode(as: type) }
    }

    /// The rows of a statement, each as a `Decodable` value by the columns' names.
    @_disfavoredOverload
    public func query<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) -> RowSequence<T> {
        RowSequence(query(sql, timeout: timeout)) { row in try row.decode(as: type) }
    }

    /// Runs a statement, drops its rows if there are any, and returns its tag.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> CommandTag { try await execute(sql, timeout: nil) }

    /// Runs text with any number of statements, see ``execute(script:timeout:)``.
    @discardableResult
    public func execute(script: String) async throws -> [StatementResult] {
        try await execute(script: script, timeout: nil)
    }
}

/// What one statement of a script did.
public struct StatementResult: Sendable {
    /// What it was and how many rows it concerned.
    public var tag: CommandTag
    /// Its rows, in text format.
    public var rows: [Row]
}
