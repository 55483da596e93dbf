/// Rows as values that take their columns themselves.
extension Queryable where Self: ~Copyable {
    /// The rows of a statement, each as a value that takes its columns itself.
    public func query<T: PostgresRowDecodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) -> RowSequence<T> {
        let context = _handle.decodingContext
        return RowSequence(_handle, sql, .byType, timeout) {
            let reader = RowReader<T>(context)
            return { columns, chunk, values in
                try reader.read(Row(columns: columns, chunk: chunk, values: values))
            }
        }
    }

    /// All rows of a statement, each as a value that takes its columns itself.
    public func fetchAll<T: PostgresRowDecodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> [T] {
        let reader = RowReader<T>(_handle.decodingContext)
        return try await _handle.fetchAll(sql, .byType, timeout: timeout, reader.read)
    }

    /// The one row of a statement as a value that takes its columns itself.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is none, or more than one.
    public func fetchOne<T: PostgresRowDecodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> T {
        try only(await fetchOptional(sql, as: type, timeout: timeout))
    }

    /// The row of a statement as a value that takes its columns itself, or nil when there is none.
    ///
    /// - Throws: ``PostgresError/rowCount(_:)`` when there is more than one.
    public func fetchOptional<T: PostgresRowDecodable & Sendable>(
        _ sql: SQL, as type: T.Type, timeout: Duration? = nil
    ) async throws -> T? {
        guard let row = try await fetchOptional(sql, .byType, timeout) else { return nil }
        let reader = RowReader<T>(_handle.decodingContext)
        return try await _handle.decoding(timeout) { try reader.read(row) }
    }
}

extension Pipeline {
    /// All rows of a statement, each as a value that takes its columns itself.
    public mutating func fetchAll<T: PostgresRowDecodable>(
        _ sql: SQL, as type: T.Type
    ) throws(PostgresError) -> Result<[T]> {
        Result(try add(sql, .all, .byType)) { [context] receiver in
            let reader = RowReader<T>(context)
            return try receiver.rows().map(reader.read)
        }
    }

    /// The one row of a statement as a value that takes its columns itself.
    public mutating func fetchOne<T: PostgresRowDecodable>(
        _ sql: SQL, as type: T.Type
    ) throws(PostgresError) -> Result<T> {
        Result(try add(sql, .one, .byType)) { [context] receiver in
            try RowReader<T>(context).read(receiver.row())
        }
    }

    /// The row of a statement as a value that takes its columns itself, or nil when there is none.
    public mutating func fetchOptional<T: PostgresRowDecodable>(
        _ sql: SQL, as type: T.Type
    ) throws(PostgresError) -> Result<T?> {
        Result(try add(sql, .one, .byType)) { [context] receiver in
            guard try receiver.hasRow() else { return nil }
            return try RowReader<T>(context).read(receiver.row())
        }
    }
}
