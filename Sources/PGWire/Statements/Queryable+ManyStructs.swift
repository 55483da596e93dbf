/// `fetchMany` with rows as structs.
extension Queryable where Self: ~Copyable {
    /// All rows that come of a statement that is run once for each element of a sequence, each as a `Decodable` value by the columns'
    /// names.
    ///
    /// ```swift
    /// let added = try await db.fetchMany("INSERT INTO player (name) VALUES ($1) RETURNING *", names, as: Player.self)
    /// ```
    /// See the one for tuples. A property that is read from a composite must be a ``PostgresComposite``: no type can be looked up on the way.
    @_disfavoredOverload
    public func fetchMany<each Parameter: PostgresEncodable, Elements: Sequence, T: Decodable>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements, as type: T.Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> [T] where Elements.Element == (repeat each Parameter) {
        var iterator = elements.makeIterator()
        return try await _handle.fetchMany(statement.sql, structs: type, committing, timeout) { writer in
            try writer.fill(from: &iterator)
        }
    }

    /// All rows that come of a statement that is run once for each element of a sequence, the value of its only parameter, each as a
    /// `Decodable` value by the columns' names.
    ///
    /// See the one for tuples.
    @_disfavoredOverload
    public func fetchMany<Parameter: PostgresEncodable, Elements: Sequence, T: Decodable>(
        _ statement: PreparedStatement<Parameter>, _ elements: Elements, as type: T.Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> [T] where Elements.Element == Parameter {
        var iterator = elements.makeIterator()
        return try await _handle.fetchMany(statement.sql, structs: type, committing, timeout) { writer in
            try writer.fill(fromValues: &iterator)
        }
    }

    /// All rows that come of a statement that is run once for each element of a sequence, each as a value that takes its columns itself.
    ///
    /// See the one for tuples.
    public func fetchMany<each Parameter: PostgresEncodable, Elements: Sequence, T: PostgresRowDecodable>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements, as type: T.Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> [T] where Elements.Element == (repeat each Parameter) {
        var iterator = elements.makeIterator()
        return try await _handle.fetchMany(statement.sql, rows: type, committing, timeout) { writer in
            try writer.fill(from: &iterator)
        }
    }

    /// All rows that come of a statement that is run once for each element of a sequence, the value of its only parameter, each as a
    /// value that takes its columns itself.
    ///
    /// See the one for tuples.
    public func fetchMany<Parameter: PostgresEncodable, Elements: Sequence, T: PostgresRowDecodable>(
        _ statement: PreparedStatement<Parameter>, _ elements: Elements, as type: T.Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> [T] where Elements.Element == Parameter {
        var iterator = elements.makeIterator()
        return try await _handle.fetchMany(statement.sql, rows: type, committing, timeout) { writer in
            try writer.fill(fromValues: &iterator)
        }
    }
}

extension ConnectionHandle {
    fileprivate func fetchMany<T: Decodable>(
        _ sql: SQL, structs type: T.Type, _ points: CommitPoints, _ timeout: Duration?,
        _ fill: (ElementWriter) async throws -> Bool
    ) async throws -> [T] {
        let reader = StructReader<T>(decodingContext)
        return try await fetchMany(
            sql, ResultFormats(decoded: type), points, timeout, { try reader.read(Row($0)) }, fill)
    }

    fileprivate func fetchMany<T: PostgresRowDecodable>(
        _ sql: SQL, rows type: T.Type, _ points: CommitPoints, _ timeout: Duration?,
        _ fill: (ElementWriter) async throws -> Bool
    ) async throws -> [T] {
        let reader = RowReader<T>(decodingContext)
        return try await fetchMany(sql, .byType, points, timeout, { try reader.read($0) }, fill)
    }

    private func fetchMany<T>(
        _ sql: SQL, _ formats: ResultFormats, _ points: CommitPoints, _ timeout: Duration?,
        _ read: (RowView) throws -> T, _ fill: (ElementWriter) async throws -> Bool
    ) async throws -> [T] {
        var rows: [T] = []
        // The types of the columns, by which a format is chosen for each, are not known beforehand.
        let formats = formats == .byType ? .text : formats
        _ = try await runMany(
            sql, formats, points, timeout,
            row: { row, _ in
                // To look a type up would take the connection, and another call could not be told the rows that have come.
                do { rows.append(try read(row)) } catch let missing as TypeCatalog.Missing { throw missing.failure }
            }, fill)
        return rows
    }
}
