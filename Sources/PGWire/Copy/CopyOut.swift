extension Queryable where Self: ~Copyable {
    /// Copies data out of a table or a query, piece by piece: in text and CSV format each piece is a line as a rule.
    ///
    /// The server waits while `body` does. An error of `body` comes out unchanged; the next call puts an end to the rest as
    /// for ``Queryable/query(_:timeout:)``. In a transaction that goes on, though, the rest is read off.
    ///
    /// - Parameters:
    ///   - sql: a `COPY … TO STDOUT` without parameters.
    ///   - timeout: as for other statements; it holds for the whole COPY.
    ///   - progress: called after each 128 KiB or more that `body` has taken, and at the end.
    /// - Returns: the number of rows that were copied.
    @discardableResult
    public func copyOut(
        _ sql: SQL, timeout: Duration? = nil, progress: ((CopyProgress) -> Void)? = nil,
        _ body: (RawSpan) async throws -> Void
    ) async throws -> Int {
        try await _handle.copyOut(sql, timeout: timeout, progress, body)
    }

    /// Copies rows out of a table or a query by a binary COPY, each given to `body` as values of the given types.
    ///
    /// The values are checked against the columns' types as those of rows are, as the types are asked for in the same flight. A
    /// type that has no text of its own in binary format, such as `inet`, cannot be read as `String`. What an `INSERT … RETURNING`
    /// or the like copies out has unknown types: there the Swift types must be exactly those of the columns, `Int64` for `bigint`.
    ///
    /// - Parameters:
    ///   - sql: a `COPY … TO STDOUT (FORMAT binary)` without parameters.
    ///   - timeout: as for other statements; it holds for the whole COPY.
    ///   - progress: called after each 128 KiB or more that `body` has taken, and at the end.
    /// - Returns: the number of rows that were copied.
    @inlinable
    @discardableResult
    public func copyOut<each T: PostgresCodable>(
        _ sql: SQL, as type: (repeat each T).Type, timeout: Duration? = nil,
        progress: ((CopyProgress) -> Void)? = nil, _ body: (repeat each T) throws -> Void
    ) async throws -> Int {
        var all: [OID] = []
        for type in repeat (each T).self { all.append(.inBinaryCopy(of: type)) }
        let types = all
        return try await _handle.copyOut(sql, types: types, timeout: timeout, progress) { row in
            var cursor = try row.start(types.count, .binary)
            try body(repeat try cursor.next((each T).self))
        }
    }
}

/// One Query message goes out; the data come, then the tag and ReadyForQuery.
extension ConnectionHandle {
    fileprivate func copyOut(
        _ sql: SQL, timeout: Duration?, _ progress: ((CopyProgress) -> Void)?, _ body: (RawSpan) async throws -> Void
    ) async throws -> Int {
        try await withCopy(sql, .copyOut, timeout) { copy in
            let start = try await copy.start()
            guard case .sendsCopyData = start else {
                throw await copy.refuse(start, "copyOut needs a COPY … TO STDOUT")
            }
            copy.meter = CopyMeter(progress)
            while let piece = try await copy.receiveData() {
                let chunk = copy.connection.session.input.chunk
                try await body(chunk.span(piece))
                copy.meter.note(bytes: piece.count)
            }
            return copy.meter.end(try await copy.finish())
        }
    }

    /// Gives each row of a binary COPY to `body`, which decodes what is sent as `types`.
    @usableFromInline
    func copyOut(
        _ sql: SQL, types: [OID], timeout: Duration?, _ progress: ((CopyProgress) -> Void)?,
        _ body: (RowView) throws -> Void
    ) async throws -> Int {
        let source = CopySource(sql.text)
        return try await withCopy(sql, .copyOut, timeout, asking: source?.question ?? "", shift: source?.shift) {
            copy in
            var listed: [CopyColumn] = []
            let start = try await copy.start { row in
                if row.columns.count == CopyTarget.questionColumns, let column = try? CopyColumn(row) {
                    listed.append(column)
                }
            }
            guard case .sendsCopyData(let format) = start else {
                throw await copy.refuse(start, "copyOut needs a COPY … TO STDOUT")
            }
            guard format.isBinary, format.columnCount == types.count else {
                throw await copy.refuse(
                    start,
                    format.isBinary
                        ? "the COPY has \(format.columnCount) columns where \(types.count) are decoded"
                        : "rows of values need COPY … TO STDOUT (FORMAT binary); this one sends text or CSV")
            }
            let connection = copy.connection
            let columns =
                source?.columns(types, described: copy.columns, listed: listed) ?? CopySource.columns(types)
            var reader = BinaryCopyReader(
                columnCount: types.count, maximumSize: connection.configuration.maximumMessageSize)
            copy.meter = CopyMeter(progress, countsRows: true)
            while let piece = try await copy.receiveData() {
                let chunk = connection.session.input.chunk
                var rows = 0
                let violation = try reader.receive(chunk.span(piece)) { (values) throws in
                    try body(RowView(columns: columns, values: values))
                    rows += 1
                }
                copy.meter.note(bytes: piece.count, rows: rows)
                if let violation { throw connection.fail(.protocolViolation(violation)) }
            }
            if copy.failure == nil, let violation = reader.incompleteness {
                throw connection.fail(.protocolViolation(violation))
            }
            return copy.meter.end(try await copy.finish())
        }
    }
}
