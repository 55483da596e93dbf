import Synchronization

/// A result that is read page by page, and stays where it is while other statements run in the same transaction (manual:
/// "DECLARE").
///
/// ```swift
/// try await db.transaction { tx in
///     try await tx.withCursor("SELECT id, name FROM player ORDER BY id", as: (Int64, String).self) { cursor in
///         for try await page in cursor.pages(of: 500) {
///             for (id, name) in page { try await tx.execute("INSERT INTO copy VALUES (\(id), \(name))") }
///         }
///     }
/// }
/// ```
/// The server computes rows as they are asked for. Each page is a round trip.
public struct ResultCursor<Element: Sendable>: ~Copyable {
    private let pages: CursorPages<Element>

    fileprivate init(_ pages: CursorPages<Element>) { self.pages = pages }

    /// The next rows, at most `count` of them; fewer, or none, at the end.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    public func next(_ count: Int) async throws -> [Element] { try await pages.fetch(count) }

    /// Passes over the next rows, at most `count` of them, and says how many there were.
    @discardableResult
    public func skip(_ count: Int) async throws -> Int { try await pages.skip(count) }

    /// All rows that are left, in pages of at most `count`.
    public func pages(of count: Int) -> Pages { Pages(pages: pages, count: count) }

    /// The pages of a cursor, to be iterated inside the closure that it was given to.
    public struct Pages: AsyncSequence, Sendable {
        fileprivate let pages: CursorPages<Element>
        fileprivate let count: Int

        /// Goes on where the cursor is.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pages: pages, count: count) }

        /// Goes through the pages.
        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let pages: CursorPages<Element>
            fileprivate let count: Int
            private var isAtEnd = false

            fileprivate init(pages: CursorPages<Element>, count: Int) {
                self.pages = pages
                self.count = count
            }

            /// The next page; nil after the last.
            public mutating func next() async throws -> [Element]? {
                guard !isAtEnd else { return nil }
                let page = try await pages.fetch(count)
                isAtEnd = page.count < count
                return page.isEmpty ? nil : page
            }
        }
    }
}

/// What a ``ResultCursor`` and its pages share.
private final class CursorPages<Element: Sendable>: Sendable {
    private let handle: ConnectionHandle
    private let name: String
    private let decode: @Sendable (ConnectionHandle, SQL) async throws -> [Element]
    private let isOpen = Atomic(true)

    init(
        _ handle: ConnectionHandle, _ name: String,
        _ decode: @escaping @Sendable (ConnectionHandle, SQL) async throws -> [Element]
    ) {
        self.handle = handle
        self.name = name
        self.decode = decode
    }

    func fetch(_ count: Int) async throws -> [Element] {
        try check(count)
        return try await decode(handle, "FETCH FORWARD \(raw: "\(count)") FROM \(raw: name)")
    }

    func skip(_ count: Int) async throws -> Int {
        try check(count)
        let tag = try await Transaction(handle).execute("MOVE FORWARD \(raw: "\(count)") FROM \(raw: name)")
        return tag.rowCount ?? 0
    }

    private func check(_ count: Int) throws(PostgresError) {
        guard isOpen.load(ordering: .acquiring) else {
            throw .usage("the cursor is closed: use it only inside the closure that it was given to")
        }
        guard (1...Int(Int32.max)).contains(count) else {
            throw .usage("1 to \(Int32.max) rows are asked for at once, not \(count)")
        }
    }

    /// Closes it, unless an error is about to end the transaction, and with it the cursor.
    func close(afterFailure failed: Bool) async throws {
        isOpen.store(false, ordering: .releasing)
        if !failed { try await Transaction(handle).execute("CLOSE \(raw: name)") }
    }
}

/// Numbers cursors: names of one connection must differ, and in front of a pooler connections share sessions.
private let cursorCount = Atomic<UInt64>(0)

extension Transaction {
    /// Opens a cursor for the rows of a query, each as a tuple of the given types, column by column.
    ///
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    public func withCursor<each T: PostgresDecodable, R>(
        _ sql: SQL, as type: (repeat each T).Type, _ body: (borrowing ResultCursor<(repeat each T)>) async throws -> R
    ) async throws -> R {
        try await withCursor(
            sql, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor for the rows of a query, each as a `Decodable` value by the columns' names.
    ///
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    @_disfavoredOverload
    public func withCursor<T: Decodable & Sendable, R>(
        _ sql: SQL, as type: T.Type, _ body: (borrowing ResultCursor<T>) async throws -> R
    ) async throws -> R {
        try await withCursor(
            sql, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor for the rows of a query.
    ///
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused.
    public func withCursor<R>(
        _ sql: SQL, _ body: (borrowing ResultCursor<Row>) async throws -> R
    ) async throws -> R {
        try await withCursor(sql, { handle, fetch in try await Transaction(handle).fetchAll(fetch) }, body)
    }

    private func withCursor<Element: Sendable, R>(
        _ sql: SQL, _ decode: @escaping @Sendable (ConnectionHandle, SQL) async throws -> [Element],
        _ body: (borrowing ResultCursor<Element>) async throws -> R
    ) async throws -> R {
        let name = "pgwire_cursor_\(cursorCount.add(1, ordering: .relaxed).newValue)"
        try await execute("DECLARE \(raw: name) NO SCROLL CURSOR FOR \(sql)")
        let pages = CursorPages(_handle, name, decode)
        let result: R
        do {
            result = try await body(ResultCursor(pages))
        } catch {
            try? await pages.close(afterFailure: true)
            throw error
        }
        try await pages.close(afterFailure: false)
        return result
    }
}
