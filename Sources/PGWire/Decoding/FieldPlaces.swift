/// Where the columns are that an `init(row:)` asks for, in the order in which it does.
///
/// Names are literals, so that one that was asked for before is known by its address.
@usableFromInline
final class FieldPlaces {
    /// A column that was asked for.
    @usableFromInline struct Place {
        /// The address of the name, and its length.
        @usableFromInline let name: UInt
        @usableFromInline let length: Int
        /// The column.
        @usableFromInline let index: Int
    }

    let context: DecodingContext
    /// Refuses a column that is not there after all.
    private let check: ((Int) throws(PostgresError) -> Void)?
    private var columns: Columns?
    @safe @exclusivity(unchecked) @usableFromInline var places: [Place] = []
    /// How many were asked for in this row.
    @safe @exclusivity(unchecked) @usableFromInline var count = 0
    /// The column after the last that was read, and where it begins.
    @safe @exclusivity(unchecked) @usableFromInline var nextIndex = 0
    @safe @exclusivity(unchecked) @usableFromInline var nextOffset = 0

    init(_ context: DecodingContext, check: ((Int) throws(PostgresError) -> Void)? = nil) {
        self.context = context
        self.check = check
    }

    /// Goes on with another row.
    func begin(_ columns: Columns) {
        count = 0
        nextIndex = 0
        nextOffset = 0
        guard columns !== self.columns else { return }
        self.columns = columns
        places.removeAll(keepingCapacity: true)
    }

    /// Notes how far the row has been read.
    @inlinable
    @inline(__always)
    func stand(after cursor: borrowing RowView.Cursor) {
        nextIndex = cursor.index
        nextOffset = cursor.offset
    }

    /// The column with this name.
    @inlinable
    @inline(__always)
    func index(of name: StaticString, in view: RowView) throws(PostgresError) -> Int {
        let position = count
        count &+= 1
        if position < places.count, name.hasPointerRepresentation {
            let place = places[position]
            // Only compared.
            if unsafe place.name == UInt(bitPattern: name.utf8Start), place.length == name.utf8CodeUnitCount {
                return place.index
            }
        }
        return try find(name, at: position, in: view)
    }

    /// Looks the name up. What comes in another order than in the row before is looked up each time.
    @usableFromInline
    func find(_ name: StaticString, at position: Int, in view: RowView) throws(PostgresError) -> Int {
        guard let index = view.columns.index(of: "\(name)") else { throw view.missing("\"\(name)\"", at: -1) }
        try check?(index)
        if position == places.count, name.hasPointerRepresentation {
            unsafe places.append(
                Place(name: UInt(bitPattern: name.utf8Start), length: name.utf8CodeUnitCount, index: index))
        }
        return index
    }
}
