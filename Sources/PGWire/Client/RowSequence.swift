/// The rows of a statement, as they come from the server. It holds no more of them than one read brings.
///
/// The statement runs when the iteration begins, and its connection serves no other call until the iteration has ended or
/// its iterator is gone.
public struct RowSequence<Element: Sendable>: AsyncSequence, Sendable {
    public typealias Failure = any Error

    @usableFromInline let query: RowQuery
    @usableFromInline let decode: @Sendable (RowView) throws -> Element

    @usableFromInline
    init(_ query: RowQuery, decode: @escaping @Sendable (RowView) throws -> Element) {
        self.query = query
        self.decode = decode
    }

    /// The same rows, decoded otherwise.
    @inlinable
    init(_ rows: RowSequence<Row>, decode: @escaping @Sendable (RowView) throws -> Element) {
        query = rows.query
        self.decode = decode
    }

    @inlinable
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(stream: RowStream(query), decode: decode)
    }

    /// Goes through the rows.
    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline let stream: RowStream
        @usableFromInline let decode: @Sendable (RowView) throws -> Element

        @inlinable
        init(stream: RowStream, decode: @escaping @Sendable (RowView) throws -> Element) {
            self.stream = stream
            self.decode = decode
        }

        /// The next row; nil after the last.
        ///
        /// - Throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
        @inlinable
        public mutating func next() async throws -> Element? {
            guard let row = try await stream.next() else { return nil }
            return try decode(row.view)
        }

        /// The next row; nil after the last.
        ///
        /// - Throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            guard let row = try await stream.next() else { return nil }
            return try decode(row.view)
        }
    }
}
