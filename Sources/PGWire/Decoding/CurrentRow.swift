/// The row that is decoded, for a struct and all that are nested in it.
@safe final class CurrentRow {
    @safe @exclusivity(unchecked) private(set) var row: Row
    /// Those of all the rows.
    private let columns: Columns
    // Plain memory, as it is read for every value: what counts references would be retained and released each time.
    /// Where the columns begin, once a value was asked for out of turn.
    private let offsets: UnsafeMutableBufferPointer<Int>
    @safe @exclusivity(unchecked) private var hasOffsets = false
    /// The column after the last that was read, and where it begins: mostly the one that is asked for next.
    @safe @exclusivity(unchecked) private var nextIndex = 0
    @safe @exclusivity(unchecked) private var nextOffset = 0
    /// The bytes of the row, which live as long as it.
    @exclusivity(unchecked) private var bytes: UnsafeRawBufferPointer

    init(_ row: Row) {
        self.row = row
        columns = row.columns
        unsafe offsets = .allocate(capacity: columns.count)
        unsafe offsets.initialize(repeating: 0)
        unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        begin(row)
    }

    deinit { unsafe offsets.deallocate() }

    /// Goes on with another row of the same columns.
    func begin(_ row: Row) {
        self.row = row
        unsafe row.view.values.withUnsafeBytes { unsafe bytes = $0 }
        hasOffsets = false
        nextIndex = 0
        nextOffset = 0
    }

    /// Where the column at `index`, which is there, begins.
    @inline(__always)
    private func offset(_ index: Int) -> Int { index == nextIndex ? nextOffset : find(index) }

    @inline(never)
    private func find(_ index: Int) -> Int {
        if !hasOffsets { unsafe view.writeOffsets(to: offsets) }
        hasOffsets = true
        // Sound: there is an offset for each column.
        return unsafe offsets[index]
    }

    private var view: RowView {
        @_lifetime(borrow self)
        @inline(__always)
        get {
            // Sound: the row holds the memory.
            let span = unsafe _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
            return RowView(columns: columns, values: span)
        }
    }

    /// The value of the column at `index`, which is there.
    @inline(__always)
    func value<T: PostgresDecodable>(_ index: Int, as type: T.Type) throws(PostgresError) -> T {
        var cursor = RowView.Cursor(view, index: index, offset: offset(index))
        let value = try cursor.next(type)
        nextIndex = index + 1
        nextOffset = cursor.offset
        return value
    }

    /// Whether the column at `index`, which is there, is NULL.
    @inline(__always)
    func isNull(_ index: Int) -> Bool {
        var cursor = RowView.Cursor(view, index: index, offset: offset(index))
        let isNull = cursor.nextLength() < 0
        if isNull {
            nextIndex = index + 1
            nextOffset = cursor.offset
        }
        return isNull
    }
}
