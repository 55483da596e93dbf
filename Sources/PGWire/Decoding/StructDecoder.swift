/// Gives a type's `init(from:)` the columns of one row after another by name. It is made once for all rows of a result.
final class StructDecoder: Decoder {
    let context: DecodingContext
    @safe @exclusivity(unchecked) private(set) var row: Row
    /// Where the columns of the row begin.
    @safe @exclusivity(unchecked) private var offsets: [Int] = []
    /// The container of the type's keys, which is the same for each row.
    @safe @exclusivity(unchecked) private var held: AnyObject?
    @safe @exclusivity(unchecked) private var heldKeys: ObjectIdentifier?
    @safe @exclusivity(unchecked) private var table: KeyTable?
    /// What decodes types that wrap the value of a column.
    @safe @exclusivity(unchecked) private var wrapping: WrappedColumn?

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    init(_ row: Row, _ context: DecodingContext) {
        self.row = row
        self.context = context
        offsets.reserveCapacity(row.columns.count)
        row.view.writeOffsets(to: &offsets)
    }

    /// Goes on with another row of the same columns.
    func begin(_ row: Row) {
        self.row = row
        row.view.writeOffsets(to: &offsets)
    }

    /// Keeps what was learned for other results with these columns.
    func keepLearned() {
        guard let table, table.hasLearned, let heldKeys else { return }
        table.hasLearned = false
        row.columns.learned(LearnedKeys.init).note(table.knowledge, of: heldKeys)
    }

    /// Lets go of what refers to this.
    func end() {
        (held, heldKeys, table, wrapping) = (nil, nil, nil, nil)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if let held, heldKeys == ObjectIdentifier(type) {
            // Sound: it was made for these keys.
            return unsafe unsafeDowncast(held, to: HeldContainer<Key>.self).container
        }
        guard hasOneByte(type) else { return byName.container(keyedBy: type) }
        keepLearned()
        let keys = ObjectIdentifier(type)
        let table = KeyTable(row.columns.learned(LearnedKeys.init)[keys] ?? KeyTable.Knowledge())
        let container = KeyedDecodingContainer(StructContainer<Key>(decoder: self, table: table))
        (held, heldKeys, self.table) = (HeldContainer(container), keys, table)
        return container
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try byName.unkeyedContainer() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { try byName.singleValueContainer() }

    /// What finds each column by its name.
    var byName: RowDecoder { RowDecoder(row: row, prefix: "", context: context) }

    /// What decodes the column at `index`, which is there, whatever its type.
    func column(_ index: Int) -> ColumnDecoder { ColumnDecoder(row: row, index: index, context) }

    /// The value of the plain column at `index` as a type around one of PostgreSQL's.
    func wrapped<T: Decodable>(_ index: Int, as type: T.Type) throws -> T {
        let column = wrapping ?? WrappedColumn(self)
        wrapping = column
        column.index = index
        return try T(from: column)
    }

    /// The value of the column at `index`, which is there.
    @inline(__always)
    func value<T: PostgresDecodable>(_ index: Int, as type: T.Type) throws(PostgresError) -> T {
        try row.value(index, at: offsets[index], as: type)
    }

    /// Whether the column at `index`, which is there, is NULL.
    @inline(__always)
    func isNull(_ index: Int) -> Bool {
        row.isNull(index, at: offsets[index])
    }
}

/// Keeps a container of which only a generic function knows the type.
private final class HeldContainer<Key: CodingKey> {
    let container: KeyedDecodingContainer<Key>
    init(_ container: KeyedDecodingContainer<Key>) { self.container = container }
}

/// Decodes rows one after another as the same type.
final class StructReader<T: Decodable> {
    private let context: DecodingContext
    private var decoder: StructDecoder?
    /// The type as one of PostgreSQL's, which is read from the only column.
    private let only = T.self as? any PostgresDecodable.Type

    init(_ context: DecodingContext) { self.context = context }

    deinit { decoder?.end() }

    func read(_ row: Row) throws -> T {
        // Types that are both: where the result is compared with something, the compiler takes this overload for them.
        if let only, let value = try row.onlyColumn(only) as? T { return value }
        if let decoder, decoder.row.columns === row.columns {
            decoder.begin(row)
            return try T(from: decoder)
        }
        decoder?.end()
        let decoder = StructDecoder(row, context)
        self.decoder = decoder
        let value = try T(from: decoder)
        decoder.keepLearned()
        return value
    }
}
