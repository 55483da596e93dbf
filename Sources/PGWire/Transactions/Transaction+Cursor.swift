extension Transaction {
    /// Opens a cursor for the rows of a query, each as a tuple of the given types, column by column.
    ///
    /// - Parameter scrolls: whether it can go backwards and to any row, for which the server may have to keep rows.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    public func withCursor<each T: PostgresDecodable, R>(
        _ sql: SQL, as type: (repeat each T).Type, scrolls: Bool = false,
        _ body: (borrowing ResultCursor<(repeat each T)>) async throws -> R
    ) async throws -> R {
        try await withCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor for the rows of a query, each as a `Decodable` value by the columns' names.
    ///
    /// - Parameter scrolls: as for tuples.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    @_disfavoredOverload
    public func withCursor<T: Decodable & Sendable, R>(
        _ sql: SQL, as type: T.Type, scrolls: Bool = false,
        _ body: (borrowing ResultCursor<T>) async throws -> R
    ) async throws -> R {
        try await withCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor for the rows of a query, each as a value that takes its columns itself.
    ///
    /// - Parameter scrolls: as for tuples.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    public func withCursor<T: PostgresRowDecodable & Sendable, R>(
        _ sql: SQL, as type: T.Type, scrolls: Bool = false,
        _ body: (borrowing ResultCursor<T>) async throws -> R
    ) async throws -> R {
        try await withCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor for the rows of a query.
    ///
    /// - Parameter scrolls: whether it can go backwards and to any row, for which the server may have to keep rows.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    public func withCursor<R>(
        _ sql: SQL, scrolls: Bool = false, _ body: (borrowing ResultCursor<Row>) async throws -> R
    ) async throws -> R {
        try await withCursor(sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch) }, body)
    }

    private func withCursor<Element: Sendable, R>(
        _ sql: SQL, _ scrolls: Bool,
        _ decode: @escaping @Sendable (ConnectionHandle, SQL) async throws -> [Element],
        _ body: (borrowing ResultCursor<Element>) async throws -> R
    ) async throws -> R {
        let name = CursorPages<Element>.newName()
        try await execute("DECLARE \(raw: name) \(raw: scrolls ? "SCROLL" : "NO SCROLL") CURSOR FOR \(sql)")
        let pages = CursorPages(_handle, name, scrolls: scrolls, decode)
        let result: R
        do {
            result = try await body(ResultCursor(pages))
        } catch {
            pages.invalidate()
            // A statement's error closes it with the transaction; after any other the transaction may go on.
            if await _handle.isBlockSound { _ = try? await execute("CLOSE \(raw: name)") }
            throw error
        }
        pages.invalidate()
        try await execute("CLOSE \(raw: name)")
        return result
    }
}
