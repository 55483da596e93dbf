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
    let pages: CursorPages<Element>

    init(_ pages: CursorPages<Element>) { self.pages = pages }

    /// The next rows, at most `count` of them; fewer, or none, at the end.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    public func next(_ count: Int) async throws -> [Element] { try await pages.fetch(count) }

    /// Passes over the next rows, at most `count` of them, and says how many there were.
    @discardableResult
    public func skip(_ count: Int) async throws -> Int { try await pages.skip(count) }

    /// The rows before the one where the cursor is, at most `count` of them, the nearest first. The cursor must scroll.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`; ``PostgresError/usage(_:)`` when the cursor does not scroll.
    public func previous(_ count: Int) async throws -> [Element] { try await pages.fetchBackward(count) }

    /// Goes to a row, and gives it; nil where there is none, with the cursor before the first row or after the last. The cursor
    /// must scroll.
    ///
    /// - Parameter position: from 1 for the first row; -1 is the last one, -2 the one before that.
    /// - Throws: as ``previous(_:)``.
    public func row(at position: Int) async throws -> Element? { try await pages.fetchAbsolute(position) }

    /// Goes to a row, so that ``next(_:)`` gives the one after it, and says whether it is there. The cursor must scroll.
    ///
    /// - Parameter position: as for ``row(at:)``; 0 is before the first row.
    /// - Throws: as ``previous(_:)``.
    @discardableResult
    public func move(to position: Int) async throws -> Bool { try await pages.moveAbsolute(position) }

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
