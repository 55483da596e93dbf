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
    ///   - progress: called after each 128 KiB or more that went out, and at the end.
    /// - Returns: the number of rows that were copied.
    /// - Throws: ``PostgresError/server(_:)`` for what the server does not take; ``PostgresError/usage(_:)`` for another statement.
    @discardableResult
    public func copyIn(
        _ sql: SQL, timeout: Duration? = nil, progress: ((CopyProgress) -> Void)? = nil,
        _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        try await _handle.copyIn(sql, timeout: timeout, progress, body)
    }
}

/// One Query message goes out, the server asks for data, and gets them until CopyDone or CopyFail.
extension ConnectionHandle {
    fileprivate func copyIn(
        _ sql: SQL, timeout: Duration?, _ progress: ((CopyProgress) -> Void)?,
        _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        // What the columns are is asked together with the COPY, as the server does not say it of itself.
        let target = CopyTarget(sql.text).flatMap { $0.isBinary ? $0 : nil }
        return try await withCopy(sql, .copyIn, timeout, asking: target?.question ?? "") { copy in
            var columns: [CopyColumn] = []
            let start = try await copy.start { row in
                // What sets the timeout has a row too. A column that makes no sense is one that is not known.
                if target != nil, row.columns.count == CopyTarget.questionColumns, let column = try? CopyColumn(row) {
                    columns.append(column)
                }
            }
            guard case .wantsCopyData(let format) = start else {
                throw await copy.refuse(start, "copyIn needs a COPY … FROM STDIN")
            }
            copy.meter = CopyMeter(progress, countsRows: format.isBinary && target != nil)
            var writer = CopyWriter(copy, format, target?.columns(among: columns) ?? [])
            do {
                try await body(&writer)
                if copy.endReason == nil {
                    if let loss = copy.loss { throw loss }
                    try writer.finish()
                }
            } catch {
                // What ended the COPY counts for more than what the closure makes of it.
                if copy.endReason == nil {
                    await copy.fail()
                    throw error
                }
            }
            if let interruption = copy.interruption { throw interruption }
            return copy.meter.end(try await copy.finish())
        }
    }
}
