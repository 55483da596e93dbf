/// Gives a type's `init(from:)` the columns of one row after another by name. It is made once for all rows of a result.
final class StructDecoder: Decoder {
    let context: DecodingContext
    let current: CurrentRow
    var row: Row { current.row }
    /// What the names of its columns begin with: nothing, or for a nested struct its property and a dot.
    private let prefix: String
    /// How many structs it is nested in.
    private let depth: Int
    /// The containers that were asked for, which are the same for each row: mostly one.
    @safe @exclusivity(unchecked) private var held: [Held] = []
    /// What decodes types that wrap the value of a column.
    @safe @exclusivity(unchecked) private var wrapping: WrappedColumn?

    private struct Held {
        let keys: ObjectIdentifier
        let table: KeyTable
        /// Keeps the container.
        let owner: AnyObject
        /// The container itself, whose type only a generic function knows: to ask for that type takes longer than decoding a value.
        let container: UInt
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    init(_ row: Row, _ context: DecodingContext) {
        current = CurrentRow(row)
        self.context = context
        prefix = ""
        depth = 0
    }

    /// For a struct that is nested in another one.
    private init(in outer: StructDecoder, prefix: String) {
        current = outer.current
        context = outer.context
        self.prefix = prefix
        depth = outer.depth + 1
    }

    /// Goes on with another row of the same columns.
    func begin(_ row: Row) { current.begin(row) }

    /// What decodes the nested struct of that place; nil when there is none.
    func nested(_ slot: Int, _ table: KeyTable) throws -> StructDecoder? {
        if let known = table.decoders[slot] { return known }
        guard let prefix = table.nested[slot]?.prefix else { return nil }
        try RowDecoder.checkDepth(depth)
        let made = StructDecoder(in: self, prefix: prefix)
        table.decoders[slot] = made
        return made
    }

    /// Keeps what was learned for other results with these columns.
    func keepLearned() {
        for held in held {
            for nested in held.table.decoders.values { nested.keepLearned() }
            guard let knowledge = held.table.takeLearned() else { continue }
            row.columns.learned(LearnedKeys.init).note(knowledge, of: .init(keys: held.keys, prefix: prefix))
        }
    }

    /// Lets go of what refers to this.
    func end() {
        for held in held { for nested in held.table.decoders.values { nested.end() } }
        held = []
        wrapping = nil
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        let keys = ObjectIdentifier(type)
        for held in held where held.keys == keys {
            // Sound: these are the bits of a container for these keys, which the owner keeps.
            return unsafe unsafeBitCast(held.container, to: KeyedDecodingContainer<Key>.self)
        }
        guard isOneByte(type), MemoryLayout<KeyedDecodingContainer<Key>>.size == MemoryLayout<UInt>.size else {
            return byName.container(keyedBy: type)
        }
        let learned = row.columns.learned(LearnedKeys.init)[.init(keys: keys, prefix: prefix)]
        let table = KeyTable(self, current, learned ?? KeyTable.Knowledge())
        let container = KeyedDecodingContainer(StructContainer<Key>(table: table))
        unsafe held.append(
            Held(
                keys: keys, table: table, owner: HeldContainer(container),
                container: unsafeBitCast(container, to: UInt.self)))
        return container
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try byName.unkeyedContainer() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { try byName.singleValueContainer() }

    /// What finds each column by its name.
    var byName: RowDecoder { RowDecoder(row: row, prefix: prefix, context: context, depth: depth) }

    /// What decodes the column at `index`, which is there, whatever its type.
    func column(_ index: Int) -> ColumnDecoder { ColumnDecoder(row: row, index: index, context) }

    /// The value of the plain column at `index` as a type around one of PostgreSQL's.
    func wrapped<T: Decodable>(_ index: Int, as type: T.Type) throws -> T {
        let column = wrapping ?? WrappedColumn(self)
        wrapping = column
        column.index = index
        return try T(from: column)
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
