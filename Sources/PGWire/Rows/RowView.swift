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
    /// For each column its length, or -1 for NULL, and its bytes; checked when the row came.
    @usableFromInline let values: RawSpan

    /// A view of `values`, to be used while `columns` lives.
    @_lifetime(copy values)
    package init(columns: borrowing Columns, values: RawSpan) {
        unsafe owner = Unmanaged.passUnretained(copy columns)
        unsafe kinds = columns.kinds
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
        var cursor = try start(count)
        return (repeat try cursor.next((each T).self))
    }

    /// The beginning of the row, if it has as many columns as are to be decoded.
    @inlinable
    @_lifetime(copy self)
    func start(_ count: Int) throws(PostgresError) -> Cursor {
        guard unsafe count == kinds.count else { throw wrongCount(count) }
        return Cursor(self)
    }

    /// The value of the column at `index`, counted from 0.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column, or its value is no `T`.
    @inlinable
    public func decode<T: PostgresDecodable>(_ index: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        var cursor = try cursor(at: index)
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
        var cursor = Cursor(self)
        return unsafe kinds.indices.map { _ in
            defer { cursor.skip() }
            return cursor.offset
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

/// A type that is decoded in place of another one, which messages are to name.
protocol StandingFor {
    static var decodedType: Any.Type { get }
}

/// What is wrong, in words.
extension RowView {
    @usableFromInline
    func wrongCount(_ count: Int) -> PostgresError {
        .decoding(
            .init(
                columnIndex: 0, columnName: nil,
                description: "the result has \(columns.count) columns (\(columns.names)) where \(count) are decoded"))
    }

    @usableFromInline
    func missing(_ what: String, at index: Int) -> PostgresError {
        .decoding(
            .init(
                columnIndex: index, columnName: nil,
                description: "the result has no column \(what.escapingControls); its columns are: \(columns.names)"))
    }

    @usableFromInline
    func failure(_ error: any Error, _ index: Int, _ type: Any.Type) -> PostgresError {
        let column = columns[index]
        let type = (type as? any StandingFor.Type)?.decodedType ?? type
        let place = "column \"\(column.name.escapingControls)\" of type \(column.type)"
        let text =
            switch error {
            case ValueDecodingError.typeMismatch: "\(place) cannot be decoded as \(type)"
            case ValueDecodingError.unexpectedNull: "\(place) is NULL: decode it as \(type)?"
            case ValueDecodingError.outOfRange(let reason): "\(place) does not fit in \(type): \(reason)"
            case ValueDecodingError.malformed(let reason): "\(place) cannot be decoded as \(type): \(reason)"
            case let error as ByteReader.OverrunError:
                "\(place) cannot be decoded as \(type): \(error.wanted) bytes were needed where \(error.remaining) are left"
            default: "\(place) cannot be decoded as \(type): \(error)"
            }
        return .decoding(.init(columnIndex: index, columnName: column.name, description: text))
    }
}
