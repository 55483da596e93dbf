extension Queryable where Self: ~Copyable {
    /// All rows of a statement.
    public func fetchAll(_ sql: SQL, timeout: Duration? = nil) async throws -> [Row] {
        var rows: [Row] = []
        try await _handle.forEachOwnedRow(sql, timeout: timeout) { rows.append(Row($0.view)) }
        return rows
    }

    /// All rows of a statement, each as a tuple of the given types, column by column.
    @inlinable
    public func fetchAll<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) async throws -> [(repeat each T)] {
        var rows: [(repeat each T)] = []
        _ = try await _handle.forEachRow(sql, ResultFormats(type), timeout: timeout) { row in
            rows.append(try row.decode(as: type))
        }
        return rows
    }

    /// All rows of a statement, each as a `Decodable` value by the columns' names.
    @_disfavoredOverload
    public func fetchAll<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> [T] {
        let reader = StructReader<T>(_handle.decodingContext)
        return try await _handle.fetchAll(sql, ResultFormats(decoded: type), timeout: timeout, reader.read)
    }

    /// The one row of a statement.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is none, or more than one.
    public func fetchOne(_ sql: SQL, timeout: Duration? = nil) async throws -> Row {
        try only(await fetchOptional(sql, timeout: timeout))
    }

    /// The one row of a statement as a tuple of the given types; for one column, as that type.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is none, or more than one.
    @inlinable
    public func fetchOne<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) async throws -> (repeat each T) {
        try only(await fetchOptional(sql, as: type, timeout: timeout))
    }

    /// The one row of a statement as a `Decodable` value by the columns' names.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is none, or more than one.
    @_disfavoredOverload
    public func fetchOne<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> T {
        try only(await fetchOptional(sql, as: type, timeout: timeout))
    }

    /// The row of a statement, or nil when there is none.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is more than one.
    public func fetchOptional(_ sql: SQL, timeout: Duration? = nil) async throws -> Row? {
        try await fetchOptional(sql, .byType, timeout)
    }

    func fetchOptional(_ sql: SQL, _ formats: ResultFormats, _ timeout: Duration?) async throws -> Row? {
        var first: Row?
        var count = 0
        // It is read on after the first row, as an error may come.
        try await _handle.forEachOwnedRow(sql, formats, timeout: timeout) { row in
            count += 1
            try checkAtMostOne(count)
            first = Row(row.view)
        }
        return first
    }

    /// The row of a statement as a tuple of the given types, or nil when there is none.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is more than one.
    @inlinable
    public func fetchOptional<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) async throws -> (repeat each T)? {
        try await fetchFirst(sql, ResultFormats(type), timeout) { row in try row.decode(as: type) }
    }

    @inlinable
    func fetchFirst<Element>(
        _ sql: SQL, _ formats: ResultFormats, _ timeout: Duration?, _ decode: (RowView) throws -> Element
    ) async throws -> Element? {
        var first: Element?
        var count = 0
        // It is read on after the first row, as an error may come.
        _ = try await _handle.forEachRow(sql, formats, timeout: timeout) { row in
            count += 1
            try checkAtMostOne(count)
            first = try decode(row)
        }
        return first
    }

    /// The row of a statement as a `Decodable` value by the columns' names, or nil when there is none.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is more than one.
    @_disfavoredOverload
    public func fetchOptional<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> T? {
        guard let row = try await fetchOptional(sql, ResultFormats(decoded: type), timeout) else { return nil }
        let context = _handle.decodingContext
        return try await _handle.decoding(timeout) { try row.decode(as: type, context) }
    }
}

@usableFromInline
func checkAtMostOne(_ count: Int) throws(PostgresError) {
    guard count > 1 else { return }
    throw .rowCount(.init(count: 2, description: "the statement returned more than one row where one was asked for"))
}

@inlinable
func only<T>(_ row: T?) throws(PostgresError) -> T {
    guard let row else { throw noRow() }
    return row
}

@usableFromInline
func noRow() -> PostgresError {
    .rowCount(.init(count: 0, description: "the statement returned no row where one was asked for"))
}
