/// The rows of a statement, as they come from the server. It holds no more of them than one read brings.
///
/// The statement runs when the iteration begins, and its connection serves no other call until the iteration has ended or
/// its iterator is gone.
public struct RowSequence<Element: Sendable>: AsyncSequence, Sendable {
    public typealias Failure = any Error

    private let query: RowQuery
    private let decode: @Sendable (Row) throws -> Element

    init(_ query: RowQuery) where Element == Row {
        self.query = query
        decode = { $0 }
    }

    init(_ rows: RowSequence<Row>, decode: @escaping @Sendable (Row) throws -> Element) {
        query = rows.query
        self.decode = decode
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(stream: RowStream(query), decode: decode)
    }

    /// Goes through the rows.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let stream: RowStream
        fileprivate let decode: @Sendable (Row) throws -> Element

        /// The next row; nil after the last.
        ///
        /// - Throws: ``PGError``, or `CancellationError` when the task is cancelled.
        public mutating func next() async throws -> Element? {
            guard let row = try await stream.next() else { return nil }
            return try decode(row)
        }

        /// The next row; nil after the last.
        ///
        /// - Throws: ``PGError``, or `CancellationError` when the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            guard let row = try await stream.next() else { return nil }
            return try decode(row)
        }
    }

    func collect() async throws -> [Element] {
        let stream = RowStream(query)
        var elements: [Element] = []
        while let row = try await stream.next() { elements.append(try decode(row)) }
        return elements
    }

    /// The one row. All are read, as an error may come after the first.
    func one() async throws -> Element {
        guard let element = try await oneOrNone() else {
            throw PGError.rowCount(
                .init(count: 0, description: "the statement returned no row where one was asked for"))
        }
        return element
    }

    func oneOrNone() async throws -> Element? {
        let stream = RowStream(query)
        var first: Row?
        var count = 0
        while let row = try await stream.next() {
            if count == 0 { first = row }
            count = Swift.min(count + 1, 2)
        }
        guard count < 2 else {
            throw PGError.rowCount(
                .init(count: 2, description: "the statement returned more than one row where one was asked for"))
        }
        return try first.map(decode)
    }
}
