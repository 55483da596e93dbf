/// What statements can be run on: a ``Connection``, or a ``Transaction`` on one.
///
/// Every call takes a `timeout`: nil for the configuration's ``Connection/Configuration/statementTimeout``, `.zero` for none
/// but the server's own. The
/// server enforces it; the setting travels in the same batch as the statement, so it costs no round trip and leaves nothing
/// behind. Only what must stand alone, such as BEGIN, VACUUM, CALL or CREATE DATABASE, is cancelled by the client instead, two
/// seconds later. Each call throws ``PostgresError``, or `CancellationError` when the task is cancelled, in which case the server was
/// told to stop and the connection can be used further.
public protocol Queryable: ~Copyable, Sendable {
    /// The rows of a statement, to be iterated by `for try await`. It runs when the iteration begins, and again for each
    /// further iteration. Iterating no further leaves the connection usable: the next call reads off the rest first, so
    /// prefer a LIMIT to leaving a long result early.
    func query(_ sql: SQL, timeout: Duration?) -> RowSequence<Row>

    /// Runs a statement and gives each of its rows to `body`, borrowed: the fastest way through a large result, as nothing
    /// is kept of a row but what `body` takes from it. An error of `body` comes out unchanged; the next call reads off the
    /// rest.
    @discardableResult
    func forEachRow(_ sql: SQL, timeout: Duration?, _ body: (RowView) throws -> Void) async throws -> CommandTag

    /// What the connection leads to.
    var poolerMode: PoolerMode { get }

    /// Sends the statements of a pipeline and waits for all of their answers; then its results have their values
    /// (``Pipeline/Result/get()``). ``pipeline(timeout:_:)`` is made of it.
    func run(_ pipeline: consuming Pipeline, timeout: Duration?) async throws

    /// What ``copyIn(_:timeout:_:)`` is made of.
    func copy(in sql: SQL, timeout: Duration?, _ body: (inout CopyWriter) async throws -> Void) async throws -> Int

    /// What ``copyOut(_:timeout:_:)`` is made of.
    func copy(out sql: SQL, timeout: Duration?, _ body: (RawSpan) async throws -> Void) async throws -> Int

    /// What ``copyOut(_:as:timeout:_:)`` is made of.
    func copy(out sql: SQL, types: [OID], timeout: Duration?, _ body: (RowView) throws -> Void) async throws -> Int

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
    @inlinable
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
        RowSequence(query(sql, timeout: timeout)) { row in try Row(row).decode(as: type) }
    }

    /// Gives each row of a statement to `body`, see ``forEachRow(_:timeout:_:)``.
    @discardableResult
    public func forEachRow(_ sql: SQL, _ body: (RowView) throws -> Void) async throws -> CommandTag {
        try await forEachRow(sql, timeout: nil, body)
    }

    /// Gives each row of a statement to `body`, a value of the given types for each column.
    ///
    /// ```swift
    /// try await db.forEachRow("SELECT id, score FROM player", as: (Int64, Double).self) { id, score in sum += score }
    /// ```
    @discardableResult
    @inlinable
    public func forEachRow<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil, _ body: (repeat each T) throws -> Void
    ) async throws -> CommandTag {
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        return try await forEachRow(sql, timeout: timeout) { row in
            // Not by way of a tuple, whose values would be copied once more.
            var cursor = try row.start(count)
            try body(repeat try cursor.next((each T).self))
        }
    }

    /// Runs a statement, drops its rows if there are any, and returns its tag.
    @discardableResult
    public func execute(_ sql: SQL, timeout: Duration? = nil) async throws -> CommandTag {
        try await forEachRow(sql, timeout: timeout) { _ in }
    }

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
