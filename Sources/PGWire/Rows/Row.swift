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
    let chunk: Chunk
    /// For each column its length, or -1 for NULL, and its bytes; checked when the row came.
    let values: Range<Int>
    /// Where each column begins, for a wide row: to walk there each time would take ever longer.
    private let offsets: ColumnOffsets?
    private static let wide = 32

    package init(columns: Columns, chunk: Chunk, values: Range<Int>) {
        self.columns = columns
        self.chunk = chunk
        self.values = values
        offsets = columns.count > Self.wide ? ColumnOffsets(RowView(columns: columns, values: chunk.span(values))) : nil
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
        guard let offset = offsets?[index], columns.usualCount >= 0 else { return try view.decode(index, as: type) }
        var cursor = RowView.Cursor(view, index: index, offset: offset)
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
        guard let offset = offsets?[index] else { return try view.isNull(index) }
        var cursor = RowView.Cursor(view, index: index, offset: offset)
        return cursor.nextLength() < 0
    }
}

/// Where the columns of a row begin. An object of its own, as most rows have none, and are copied at less cost without an array.
private final class ColumnOffsets: Sendable {
    private let offsets: [Int]

    init(_ row: RowView) { offsets = row.offsets() }

    subscript(index: Int) -> Int? { offsets.indices.contains(index) ? offsets[index] : nil }
}

/// One row, borrowed from the memory that it was received into: it lives only inside the closure that it is given to, and
/// costs nothing but the decoding of the values that are asked for.
///
/// ```swift
/// try await db.forEachRow("SELECT id, name FROM player") { row in
///     let (id, name) = try row.decode(as: (Int64, String?).self)
/// }
/// ```
@safe public struct RowView: ~Escapable {
    /// Not counted: who made the view holds the columns for as long as it lives.
    private let owner: Unmanaged<Columns>
    /// What of the columns is needed for every value.
    @usableFromInline let kinds: UnsafeBufferPointer<Columns.Kind>
    /// ``Columns/usualCount``.
    @usableFromInline let usualCount: Int
    /// For each column its length, or -1 for NULL, and its bytes; checked when the row came.
    @usableFromInline let values: RawSpan

    /// A view of `values`, to be used while `columns` lives.
    @usableFromInline
    @_lifetime(copy values)
    package init(columns: borrowing Columns, values: RawSpan) {
        unsafe owner = Unmanaged.passUnretained(copy columns)
        unsafe kinds = columns.kinds
        usualCount = columns.usualCount
        self.values = values
    }

    /// The columns, shared by all rows of the result.
    public var columns: Columns { unsafe owner.takeUnretainedValue() }

    /// All columns in order, as a tuple; there must be as many as the tuple has places.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when the number of columns differs, or a value is not of its type.
    @inlinable
    public func decode<each T: PostgresDecodable>(
        as type: (repeat each T).Type = (repeat each T).self
    ) throws(PostgresError) -> (repeat each T) {
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        var cursor = try start(count, ResultFormats(type))
        return (repeat try cursor.next((each T).self))
    }

    /// The beginning of the row, if it has as many columns as are to be decoded.
    @inlinable
    @_lifetime(copy self)
    func start(_ count: Int, _ formats: @autoclosure () -> ResultFormats) throws(PostgresError) -> Cursor {
        if count != usualCount { try check(count, formats()) }
        return Cursor(self)
    }

    /// The value of the column at `index`, counted from 0.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column, or its value is no `T`.
    @inlinable
    public func decode<T: PostgresDecodable>(_ index: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        var cursor = try cursor(at: index)
        if usualCount < 0 { try check(index, type) }
        return try cursor.next(type)
    }

    /// The value of the first column with this name, in exactly this spelling.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column, or its value is no `T`.
    @inlinable
    public func decode<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let index = columns.index(of: name) else { throw missing("\"\(name)\"", at: -1) }
        return try decode(index, as: type)
    }

    /// Whether the column at `index` is NULL.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column.
    @inlinable
    public func isNull(_ index: Int) throws(PostgresError) -> Bool {
        var cursor = try cursor(at: index)
        return cursor.nextLength() < 0
    }

    /// Where each column begins.
    func offsets() -> [Int] {
        unsafe [Int](unsafeUninitializedCapacity: columns.count) { offsets, count in
            unsafe writeOffsets(to: offsets)
            count = offsets.count
        }
    }

    /// Writes where each column begins into memory for so many.
    func writeOffsets(to offsets: UnsafeMutableBufferPointer<Int>) {
        var cursor = Cursor(self)
        for index in 0..<offsets.count {
            unsafe offsets.initializeElement(at: index, to: cursor.offset)
            cursor.skip()
        }
    }

    @inlinable
    @_lifetime(copy self)
    func cursor(at index: Int) throws(PostgresError) -> Cursor {
        guard index >= 0, unsafe index < kinds.count else { throw missing("number \(index)", at: index) }
        var cursor = Cursor(self)
        for _ in 0..<index { cursor.skip() }
        return cursor
    }

    /// Goes through the values in order.
    ///
    /// The row was walked when it came; should a length not fit all the same, the value counts as NULL or ends with the row.
    @usableFromInline struct Cursor: ~Escapable {
        @usableFromInline let row: RowView
        @usableFromInline var index = 0
        @usableFromInline var offset = 0

        @inlinable
        @_lifetime(copy row)
        init(_ row: RowView) { self.row = row }

        /// At the column `index`, which begins at `offset`.
        @_lifetime(copy row)
        init(_ row: RowView, index: Int, offset: Int) {
            self.row = row
            self.index = index
            self.offset = offset
        }

        /// The length of the next value, -1 for NULL; its bytes come next.
        @inlinable
        @inline(__always)
        @_lifetime(self: copy self)
        mutating func nextLength() -> Int {
            let length = row.values.integer(at: offset, as: Int32.self) ?? -1
            offset += 4
            return min(Int(length), max(row.values.byteCount - offset, -1))
        }

        @inlinable
        @_lifetime(self: copy self)
        mutating func skip() {
            offset += max(nextLength(), 0)
            index += 1
        }

        @inlinable
        @_lifetime(self: copy self)
        mutating func next<T: PostgresDecodable>(_ type: T.Type) throws(PostgresError) -> T {
            let length = nextLength()
            let start = offset
            // Sound: whoever made the cursor counted the columns, and goes no further.
            let kind = unsafe row.kinds[index]
            offset += max(length, 0)
            index += 1
            do {
                if length < 0 { return try T.decodeNull() }
                // Sound: `nextLength` has cut the length to what is there.
                let bytes = unsafe row.values.extracting(unchecked: start..<start + length)
                return try T(postgres: bytes, type: kind.type, format: kind.format)
            } catch {
                throw row.failure(error, index - 1, type)
            }
        }
    }
}
