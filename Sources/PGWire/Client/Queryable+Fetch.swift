extension Queryable where Self: ~Copyable {
    /// All rows of a statement.
    public func fetchAll(_ sql: SQL, timeout: Duration? = nil) async throws -> [Row] {
        try await query(sql, timeout: timeout).collect()
    }

    /// All rows of a statement, each as a tuple of the given types, column by column.
    public func fetchAll<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) async throws -> [(repeat each T)] {
        try await query(sql, as: type, timeout: timeout).collect()
    }

    /// All rows of a statement, each as a `Decodable` value by the columns' names.
    @_disfavoredOverload
    public func fetchAll<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> [T] {
        try await query(sql, as: type, timeout: timeout).collect()
    }

    /// The one row of a statement.
    ///
    /// - Throws: ``PGError/rowCount(_:)`` when there is none, or more than one.
    public func fetchOne(_ sql: SQL, timeout: Duration? = nil) async throws -> Row {
        try await query(sql, timeout: timeout).one()
    }

    /// The one row of a statement as a tuple of the given types; for one column, as that type.
    ///
    /// - Throws: ``PGError/rowCount(_:)`` when there is none, or more than one.
    public func fetchOne<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) async throws -> (repeat each T) {
        try await query(sql, as: type, timeout: timeout).one()
    }

    /// The one row of a statement as a `Decodable` value by the columns' names.
    ///
    /// - Throws: ``PGError/rowCount(_:)`` when there is none, or more than one.
    @_disfavoredOverload
    public func fetchOne<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> T {
        try await query(sql, as: type, timeout: timeout).one()
    }

    /// The row of a statement, or nil when there is none.
    ///
    /// - Throws: ``PGError/rowCount(_:)`` when there is more than one.
    public func fetchOptional(_ sql: SQL, timeout: Duration? = nil) async throws -> Row? {
        try await query(sql, timeout: timeout).oneOrNone()
    }

    /// The row of a statement as a tuple of the given types, or nil when there is none.
    ///
    /// - Throws: ``PGError/rowCount(_:)`` when there is more than one.
    public func fetchOptional<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil
    ) async throws -> (repeat each T)? {
        try await query(sql, as: type, timeout: timeout).oneOrNone()
    }

    /// The row of a statement as a `Decodable` value by the columns' names, or nil when there is none.
    ///
    /// - Throws: ``PGError/rowCount(_:)`` when there is more than one.
    @_disfavoredOverload
    public func fetchOptional<T: Decodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> T? {
        try await query(sql, as: type, timeout: timeout).oneOrNone()
    }
}
