extension Queryable where Self: ~Copyable {
    /// Copies data into a table, as fast as PostgreSQL can take it.
    ///
    /// ```swift
    /// let count = try await db.copyIn("COPY player (id, name) FROM STDIN (FORMAT binary)") { writer in
    ///     for player in players { try await writer.write(row: player.id, player.name) }
    /// }
    /// ```
    /// All of it comes about or nothing: when `body` throws, the server is told (CopyFail), and the error comes out
    /// unchanged.
    ///
    /// - Parameters:
    ///   - sql: a `COPY … FROM STDIN` without parameters, in text, CSV or binary format.
    ///   - timeout: as for other statements; it holds for the whole COPY, so give a large one its time.
    /// - Returns: the number of rows that were copied.
    /// - Throws: ``PostgresError/server(_:)`` for what the server does not take; ``PostgresError/usage(_:)`` for another statement.
    @discardableResult
    public func copyIn(
        _ sql: SQL, timeout: Duration? = nil, _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        try await copy(in: sql, timeout: timeout, body)
    }

    /// Copies data out of a table or a query, piece by piece: in text and CSV format each piece is a line as a rule.
    ///
    /// The server waits while `body` does. An error of `body` comes out unchanged; the next call reads off the rest.
    ///
    /// - Parameters:
    ///   - sql: a `COPY … TO STDOUT` without parameters.
    ///   - timeout: as for other statements; it holds for the whole COPY.
    /// - Returns: the number of rows that were copied.
    @discardableResult
    public func copyOut(
        _ sql: SQL, timeout: Duration? = nil, _ body: (RawSpan) async throws -> Void
    ) async throws -> Int {
        try await copy(out: sql, timeout: timeout, body)
    }

    /// Copies rows out of a table or a query by a binary COPY, each given to `body` as values of the given types, which must
    /// be exactly those of the columns: `Int64` for `bigint`, `String` for the text types and enums.
    ///
    /// - Parameters:
    ///   - sql: a `COPY … TO STDOUT (FORMAT binary)` without parameters.
    ///   - timeout: as for other statements; it holds for the whole COPY.
    /// - Returns: the number of rows that were copied.
    @inlinable
    @discardableResult
    public func copyOut<each T: PostgresCodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil, _ body: (repeat each T) throws -> Void
    ) async throws -> Int {
        var all: [OID] = []
        for type in repeat (each T).self { all.append(type.postgresType == .unspecified ? .text : type.postgresType) }
        let types = all
        return try await copy(out: sql, types: types, timeout: timeout) { row in
            var cursor = try row.start(types.count)
            try body(repeat try cursor.next((each T).self))
        }
    }
}
