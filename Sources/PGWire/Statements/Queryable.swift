/// What statements can be run on: a ``Connection``, or a ``Transaction`` on one.
///
/// Every call takes a `timeout`: nil for the configuration's ``Connection/Configuration/statementTimeout``, `.zero` for none
/// but the server's own. The server enforces it; the setting travels in the same batch as the statement, so it costs no
/// round trip and leaves nothing behind. Only what must not share its transaction, such as BEGIN, VACUUM, CALL or CREATE
/// DATABASE, is cancelled by the client instead, a second later. A server that has not stopped after another second is given up, and
/// the connection closed. Each call throws ``PostgresError``, or `CancellationError` when the task is cancelled, in which case the
/// server was told to stop and the connection can be used further.
public protocol Queryable: ~Copyable, Sendable {
    /// What all calls go through. It is not for use outside of PGWire, which alone has types that conform.
    var _handle: ConnectionHandle { get }
}

extension Queryable where Self: ~Copyable {
    /// What the connection leads to, and how that is known: the server itself, or a pooler of which kind. See ``PoolerMode``.
    public var poolerMode: PoolerMode { _handle.connection.poolerMode }

    /// The rows of a statement, to be iterated by `for try await`. It runs when the iteration begins, and again for each
    /// further iteration.
    ///
    /// The iteration may be left at any row, by `break` or an error: the next call on the connection puts an end to the rest
    /// first. That takes some milliseconds, however much is left, with a statement that certainly only reads: a SELECT,
    /// VALUES, TABLE or WITH without a word that changes data, whose functions are all known to change nothing, as
    /// `count` or `generate_series`; once it was not through soon, it is cancelled. What any other has done stays done, so its rest
    /// is read off, within the timeout of the next call: ask for no more rows than you want of an `INSERT … RETURNING`, or
    /// of a SELECT that calls functions of your own. What calls a function from within a view or an operator, or as if it
    /// were a column (`SELECT s.f FROM s`), cannot be seen from outside: where such a function changes data, iterate to the end.
    ///
    /// In a transaction nothing can be cancelled without ending it. There the server is asked for rows in parts, of 1,024 at
    /// first, so that little is left of any statement, at the price of one more flight for each part. The server runs
    /// such a statement without parallel workers; ``forEachRow(_:timeout:_:)`` and ``fetchAll(_:timeout:)`` have
    /// them.
    public func query(_ sql: SQL, timeout: Duration? = nil) -> RowSequence<Row> {
        RowSequence(_handle, sql, .byType, timeout) {
            { columns, chunk, values in Row(RowView(columns: columns, values: chunk.span(values))) }
        }
    }

    /// The rows of a statement, each as a tuple of the given types, column by column.
    @inlinable
    public func query<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) -> RowSequence<(repeat each T)> {
        RowSequence(_handle, sql, ResultFormats(type), timeout) {
            { columns, chunk, values in
                try RowView(columns: columns, values: chunk.span(values)).decode(as: type)
            }
        }
    }

    /// The rows of a statement, each as a `Decodable` value by the columns' names.
    @_disfavoredOverload
    public func query<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) -> RowSequence<T> {
        let context = _handle.decodingContext
        return RowSequence(_handle, sql, ResultFormats(decoded: type), timeout) {
            let reader = StructReader<T>(context)
            return { columns, chunk, values in
                try reader.read(Row(columns: columns, chunk: chunk, values: values))
            }
        }
    }

    /// Runs a statement and gives each of its rows to `body`, borrowed: the fastest way through a large result, as nothing
    /// is kept of a row but what `body` takes from it. An error of `body` comes out unchanged; the next call puts an end to
    /// the rest as for ``query(_:timeout:)``. In a transaction that goes on, though, the rest is read off.
    @discardableResult
    @inlinable
    public func forEachRow(
        _ sql: SQL, timeout: Duration? = nil, _ body: (RowView) throws -> Void
    ) async throws -> CommandTag {
        try await _handle.forEachRow(sql, .byType, timeout: timeout, body)
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
        let formats = ResultFormats(type)
        return try await _handle.forEachRow(sql, formats, timeout: timeout) { row in
            // Not by way of a tuple, whose values would be copied once more.
            var cursor = try row.start(count, formats)
            try body(repeat try cursor.next((each T).self))
        }
    }

    /// Runs a statement, drops its rows if there are any, and returns its tag.
    @discardableResult
    public func execute(_ sql: SQL, timeout: Duration? = nil) async throws -> CommandTag {
        try await _handle.forEachRow(sql, .text, timeout: timeout) { _ in }
    }
}
