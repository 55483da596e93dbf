/// One row of a result. It points into what was received and copies nothing until a value is decoded.
///
/// ```swift
/// for try await row in db.query("SELECT id, name FROM player") {
///     let id = try row.decode("id", as: Int64.self)
///     let name = try row.decode(1, as: String?.self)
/// }
/// ```
public struct Row: Sendable {
    /// The columns, shared by all rows of the result.
    public let columns: Columns
    private let chunk: Chunk
    /// For each column its length, or -1 for NULL, and its bytes; checked when the row came.
    private let values: Range<Int>
    /// Where each column begins, for a wide row: to walk there each time would take ever longer. Empty for others.
    private let offsets: [Int]
    private static let wide = 32

    package init(columns: Columns, chunk: Chunk, values: Range<Int>) {
        self.columns = columns
        self.chunk = chunk
        self.values = values
        offsets = columns.count > Self.wide ? RowView(columns: columns, values: chunk.span(values)).offsets() : []
    }

    /// A copy of a borrowed row, which lives on its own.
    public init(_ view: RowView) {
        let chunk = Chunk(copying: view.values)
        self.init(columns: view.columns, chunk: chunk, values: 0..<view.values.byteCount)
    }

    /// The same row, borrowed.
    public var view: RowView {
        @_lifetime(borrow self)
        get { RowView(columns: columns, values: chunk.span(values)) }
    }

    /// The value of the column at `index`, counted from 0.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column, or its value is no `T`.
    public func decode<T: PostgresDecodable>(_ index: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard offsets.indices.contains(index) else { return try view.decode(index, as: type) }
        var cursor = RowView.Cursor(view, index: index, offset: offsets[index])
        return try cursor.next(type)
    }

    /// The value of the first column with this name, in exactly this spelling.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column, or its value is no `T`.
    public func decode<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let index = columns.index(of: name) else { throw view.missing("\"\(name)\"", at: -1) }
        return try decode(index, as: type)
    }

    /// All columns in order, as a tuple; there must be as many as the tuple has places.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when the number of columns differs, or a value is not of its type.
    @inlinable
    public func decode<each T: PostgresDecodable>(
        as type: (repeat each T).Type = (repeat each T).self
    ) throws(PostgresError) -> (repeat each T) {
        try view.decode(as: type)
    }

    /// Whether the column at `index` is NULL.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column.
    public func isNull(_ index: Int) throws(PostgresError) -> Bool {
        guard offsets.indices.contains(index) else { return try view.isNull(index) }
        var cursor = RowView.Cursor(view, index: index, offset: offsets[index])
        return cursor.nextLength() < 0
    }
}
