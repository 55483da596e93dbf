/// When that is committed which a statement does for many elements, outside of a transaction.
public enum CommitPoints: Sendable, Hashable {
    /// At the end: all of it comes about or nothing.
    case atEnd
    /// After every so many elements: those before the part in which an error occurs stay done. For sequences that have no end, or
    /// take long to come to it. Each part takes a round trip.
    case every(Int)
}

/// The same statement for many elements: one Parse, and a Bind and an Execute for each element, without waiting in between.
extension Queryable where Self: ~Copyable {
    /// Runs a statement once for each element of a sequence, whose elements are the values of its `$1`, `$2` …
    ///
    /// ```swift
    /// let count = try await db.executeMany(
    ///     "INSERT INTO player (id, name) VALUES ($1, $2)", players.lazy.map { ($0.id, $0.name) })
    /// ```
    /// All of it is one flight, and one transaction unless `committing` says otherwise, or one is open: when an element fails, or the
    /// task is cancelled, nothing of it stays. In an open transaction an error leaves that failed, as that of any statement does.
    /// Elements are sent in pieces of 64 KiB, while the answers are read, so any number of them takes the same memory, and none
    /// takes an allocation. The statement is parsed anew with each call, also where it is a ``PreparedStatement``, so nothing can be stale.
    ///
    /// - Parameters:
    ///   - statement: a SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or WITH. In a literal, `\(identifier:)` and `\(raw:)` stand for parts of the text.
    ///   - elements: tuples of as many values as the statement takes; without any, nothing is sent.
    ///   - committing: when what was done is committed; it means nothing in an open transaction.
    ///   - timeout: as for one statement; it holds for each element.
    /// - Returns: how many rows were inserted, updated, deleted, merged or selected, by all of them.
    /// - Throws: ``PostgresError``, whose ``ServerError/elementIndex`` or ``PostgresError/ParameterEncodingError/elementIndex`` says
    ///   which element it is about; `CancellationError` when the task is cancelled.
    @discardableResult
    @inlinable
    public func executeMany<each Parameter: PostgresEncodable, Elements: Sequence>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> Int where Elements.Element == (repeat each Parameter) {
        var iterator = elements.makeIterator()
        return try await _handle.runMany(statement.sql, nil, committing, timeout) { writer in
            try writer.fill(from: &iterator)
        }
    }

    /// Runs a statement once for each element of a sequence, whose elements are the value of its only parameter.
    ///
    /// See the one for tuples.
    @discardableResult
    @inlinable
    public func executeMany<Parameter: PostgresEncodable, Elements: Sequence>(
        _ statement: PreparedStatement<Parameter>, _ elements: Elements, committing: CommitPoints = .atEnd,
        timeout: Duration? = nil
    ) async throws -> Int where Elements.Element == Parameter {
        var iterator = elements.makeIterator()
        return try await _handle.runMany(statement.sql, nil, committing, timeout) { writer in
            try writer.fill(fromValues: &iterator)
        }
    }

    /// Runs a statement once for each element of an asynchronous sequence, as fast as its elements come and the server takes them.
    ///
    /// See the one for sequences. The connection serves no other call meanwhile, and a transaction stays open while an
    /// element is waited for, so an endless sequence is to be committed in parts: `committing: .every(1000)`. What an unfinished part has is
    /// sent when it is full, or the sequence has ended. An error of the sequence comes out unchanged, and undoes the part that it is in.
    @discardableResult
    @inlinable
    public func executeMany<each Parameter: PostgresEncodable, Elements: AsyncSequence>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> Int where Elements.Element == (repeat each Parameter) {
        var iterator = elements.makeAsyncIterator()
        return try await _handle.runManyAwaited(statement.sql, nil, committing, timeout) { writer in
            while !writer.isFull {
                guard let element = try await iterator.next(isolation: #isolation) else { return false }
                try writer.write(repeat each element)
            }
            return true
        }
    }

    /// Runs a statement once for each element of an asynchronous sequence, whose elements are the value of its only parameter.
    ///
    /// See the one for tuples.
    @discardableResult
    @inlinable
    public func executeMany<Parameter: PostgresEncodable, Elements: AsyncSequence>(
        _ statement: PreparedStatement<Parameter>, _ elements: Elements, committing: CommitPoints = .atEnd,
        timeout: Duration? = nil
    ) async throws -> Int where Elements.Element == Parameter {
        var iterator = elements.makeAsyncIterator()
        return try await _handle.runManyAwaited(statement.sql, nil, committing, timeout) { writer in
            while !writer.isFull {
                guard let element = try await iterator.next(isolation: #isolation) else { return false }
                try writer.write(element)
            }
            return true
        }
    }
}

/// The same with rows.
extension Queryable where Self: ~Copyable {
    /// Runs a statement once for each element of a sequence, as ``executeMany(_:_:committing:timeout:)``, and gives each of the rows that come of
    /// it to `body`, with the index of its element.
    ///
    /// ```swift
    /// try await db.fetchMany(
    ///     "INSERT INTO player (name) VALUES ($1) RETURNING id", names, as: Int64.self
    /// ) { index, id in ids[names[index]] = id }
    /// ```
    /// An error of `body`, or a value that cannot be decoded, undoes everything too: what may change data is therefore not
    /// committed before the last row has come, which takes a round trip of its own.
    ///
    /// - Returns: how many rows were inserted, updated, deleted, merged or selected, by all of them.
    /// - Throws: as ``executeMany(_:_:committing:timeout:)``; ``PostgresError/decoding(_:)`` with the index of the element; what `body` throws.
    @discardableResult
    @inlinable
    public func fetchMany<each Parameter: PostgresEncodable, Elements: Sequence, each T: PostgresDecodable>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements, as type: (repeat each T).Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil,
        _ body: (_ index: Int, repeat each T) throws -> Void
    ) async throws -> Int where Elements.Element == (repeat each Parameter) {
        var iterator = elements.makeIterator()
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        let formats = ResultFormats(type)
        return try await _handle.runMany(statement.sql, formats, committing, timeout) { row, index in
            var cursor = try row.start(count, formats)
            try body(index, repeat try cursor.next((each T).self))
        } _: { writer in
            try writer.fill(from: &iterator)
        }
    }

    /// Runs a statement once for each element of a sequence, whose elements are the value of its only parameter, and gives each
    /// row to `body`, with the index of its element.
    ///
    /// See the one for tuples.
    @discardableResult
    @inlinable
    public func fetchMany<Parameter: PostgresEncodable, Elements: Sequence, each T: PostgresDecodable>(
        _ statement: PreparedStatement<Parameter>, _ elements: Elements, as type: (repeat each T).Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil,
        _ body: (_ index: Int, repeat each T) throws -> Void
    ) async throws -> Int where Elements.Element == Parameter {
        var iterator = elements.makeIterator()
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        let formats = ResultFormats(type)
        return try await _handle.runMany(statement.sql, formats, committing, timeout) { row, index in
            var cursor = try row.start(count, formats)
            try body(index, repeat try cursor.next((each T).self))
        } _: { writer in
            try writer.fill(fromValues: &iterator)
        }
    }

    /// Runs a statement once for each element of an asynchronous sequence, and gives each row to `body`, with the index of its
    /// element.
    ///
    /// See the one for sequences, and ``executeMany(_:_:committing:timeout:)`` of an asynchronous sequence for when elements are sent.
    @discardableResult
    @inlinable
    public func fetchMany<each Parameter: PostgresEncodable, Elements: AsyncSequence, each T: PostgresDecodable>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements, as type: (repeat each T).Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil,
        _ body: (_ index: Int, repeat each T) throws -> Void
    ) async throws -> Int where Elements.Element == (repeat each Parameter) {
        var iterator = elements.makeAsyncIterator()
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        let formats = ResultFormats(type)
        return try await _handle.runManyAwaited(statement.sql, formats, committing, timeout) { row, index in
            var cursor = try row.start(count, formats)
            try body(index, repeat try cursor.next((each T).self))
        } _: { writer in
            while !writer.isFull {
                guard let element = try await iterator.next(isolation: #isolation) else { return false }
                try writer.write(repeat each element)
            }
            return true
        }
    }

    /// All rows that come of a statement that is run once for each element of a sequence, in the order of the elements.
    ///
    /// ```swift
    /// let ids = try await db.fetchMany(
    ///     "INSERT INTO player (name) VALUES ($1) RETURNING id", names, as: Int64.self)
    /// ```
    /// Where an element may have no row, or several, take the form with a closure, which is told whose row it is.
    @inlinable
    public func fetchMany<each Parameter: PostgresEncodable, Elements: Sequence, each T: PostgresDecodable>(
        _ statement: PreparedStatement<repeat each Parameter>, _ elements: Elements, as type: (repeat each T).Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> [(repeat each T)] where Elements.Element == (repeat each Parameter) {
        var rows: [(repeat each T)] = []
        rows.reserveCapacity(min(elements.underestimatedCount, 1 << 16))
        var iterator = elements.makeIterator()
        _ = try await _handle.runMany(statement.sql, ResultFormats(type), committing, timeout) { row, _ in
            rows.append(try row.decode(as: type))
        } _: { writer in
            try writer.fill(from: &iterator)
        }
        return rows
    }

    /// All rows that come of a statement that is run once for each element of a sequence, the value of its only parameter.
    ///
    /// See the one for tuples.
    @inlinable
    public func fetchMany<Parameter: PostgresEncodable, Elements: Sequence, each T: PostgresDecodable>(
        _ statement: PreparedStatement<Parameter>, _ elements: Elements, as type: (repeat each T).Type,
        committing: CommitPoints = .atEnd, timeout: Duration? = nil
    ) async throws -> [(repeat each T)] where Elements.Element == Parameter {
        var rows: [(repeat each T)] = []
        rows.reserveCapacity(min(elements.underestimatedCount, 1 << 16))
        var iterator = elements.makeIterator()
        _ = try await _handle.runMany(statement.sql, ResultFormats(type), committing, timeout) { row, _ in
            rows.append(try row.decode(as: type))
        } _: { writer in
            try writer.fill(fromValues: &iterator)
        }
        return rows
    }
}
