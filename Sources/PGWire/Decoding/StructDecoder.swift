/// What gives a type's `init(from:)` the columns of one row after another by name. It is made once for all rows of a result.
///
/// A type may keep what it was given, as some do to decode later: a ``HandedDecoder``, a container, a ``WrappedColumn``. That then stays
/// at its row, and the next row gets another of these (``isKept``).
final class StructDecoder {
    let context: DecodingContext
    let current: CurrentRow
    var row: Row { current.row }
    /// What the names of its columns begin with: nothing, or for a nested struct its property and a dot.
    private let prefix: String
    /// How many structs it is nested in.
    private let depth: Int
    /// What types are given to decode from.
    @safe @exclusivity(unchecked) private var handedOut: HandedDecoder?
    /// The containers that were asked for, which are the same for each row: mostly one.
    @safe @exclusivity(unchecked) private var held: [Held] = []
    /// What decodes types that wrap the value of a column.
    @safe @exclusivity(unchecked) private var wrapping: WrappedColumn?
    /// Whether one of those was kept.
    @safe @exclusivity(unchecked) private var isColumnKept = false
    /// Whether no other row will come.
    @safe @exclusivity(unchecked) private var hasEnded = false

    private struct Held {
        let keys: ObjectIdentifier
        let table: KeyTable
        /// Keeps the container.
        let owner: AnyObject
        /// The container itself, which is one reference. Only a generic function knows its type, and to ask for that with each row
        /// takes longer than decoding a value.
        var reference: UInt

        /// Whether nobody but the owner has the container.
        var isUnique: Bool {
            mutating get {
                // Sound: it is a reference, which the owner keeps, and nothing is written to it.
                unsafe withUnsafeMutableBytes(of: &reference) { bytes in
                    unsafe bytes.withMemoryRebound(to: AnyObject.self) { objects in
                        unsafe isKnownUniquelyReferenced(&objects[0])
                    }
                }
            }
        }
    }

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

    /// What a type is given to decode from.
    var handed: HandedDecoder {
        if let handedOut { return handedOut }
        let made = HandedDecoder(decoder: self)
        if !hasEnded { handedOut = made }
        return made
    }

    /// Whether the type of this row has kept anything that belongs to it.
    var isKept: Bool {
        if isColumnKept { return true }
        if case .some = handedOut, !isKnownUniquelyReferenced(&handedOut) { return true }
        for index in held.indices {
            if !held[index].isUnique { return true }
            if held[index].table.decoders.values.contains(where: \.isKept) { return true }
        }
        return false
    }

    /// What decodes the nested struct of that place; nil when there is none.
    func nested(_ slot: Int, _ table: KeyTable) throws -> StructDecoder? {
        if let known = table.decoders[slot] { return known }
        guard let prefix = table.nested[slot]?.prefix else { return nil }
        try RowDecoder.checkDepth(depth)
        let made = StructDecoder(in: self, prefix: prefix)
        made.hasEnded = hasEnded
        if !hasEnded { table.decoders[slot] = made }
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

    /// Lets go of what refers to this: there is no other row to come.
    func end() {
        hasEnded = true
        for held in held { for nested in held.table.decoders.values { nested.end() } }
        held = []
        wrapping = nil
        handedOut = nil
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        let keys = ObjectIdentifier(type)
        for index in held.indices where held[index].keys == keys {
            // Sound: it is a container for these keys, which its owner keeps.
            return unsafe unsafeBitCast(held[index].reference, to: KeyedDecodingContainer<Key>.self)
        }
        let isReference = MemoryLayout<KeyedDecodingContainer<Key>>.size == MemoryLayout<AnyObject>.size
        guard isOneByte(type), isReference, !hasEnded else { return byName.container(keyedBy: type) }
        let learned = row.columns.learned(LearnedKeys.init)[.init(keys: keys, prefix: prefix)]
        let table = KeyTable(self, current, learned ?? KeyTable.Knowledge())
        let container = KeyedDecodingContainer(StructContainer<Key>(table: table))
        let reference = unsafe unsafeBitCast(container, to: UInt.self)
        held.append(Held(keys: keys, table: table, owner: HeldContainer(container), reference: reference))
        return container
    }

    /// What finds each column by its name.
    var byName: RowDecoder { RowDecoder(row: row, prefix: prefix, context: context, depth: depth) }

    /// What decodes the column at `index`, which is there, whatever its type.
    func column(_ index: Int) -> ColumnDecoder { ColumnDecoder(row: row, index: index, context) }

    /// The value of the plain column at `index` as a type around one of PostgreSQL's.
    func wrapped<T: Decodable>(_ index: Int, as type: T.Type) throws -> T {
        let column = wrapping ?? WrappedColumn(self)
        if !hasEnded { wrapping = column }
        column.index = index
        column.wanted = type
        defer { keepApart() }
        do { return try T(from: column) } catch let error as DecodingError {
            throw self.column(index).failure(ValueDecodingError.malformed(error.reason), type)
        }
    }

    /// Leaves a column's decoder that was kept to whoever has it.
    private func keepApart() {
        guard case .some = wrapping, !isKnownUniquelyReferenced(&wrapping) else { return }
        wrapping = nil
        isColumnKept = true
    }
}

/// Keeps a container of which only a generic function knows the type.
private final class HeldContainer<Key: CodingKey> {
    let container: KeyedDecodingContainer<Key>
    init(_ container: KeyedDecodingContainer<Key>) { self.container = container }
}

/// What a type is given to decode from.
final class HandedDecoder: Decoder {
    let decoder: StructDecoder
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { decoder.userInfo }

    init(decoder: StructDecoder) { self.decoder = decoder }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        decoder.container(keyedBy: type)
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try decoder.byName.unkeyedContainer() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        try decoder.byName.singleValueContainer()
    }
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
            return try decode(decoder)
        }
        decoder?.end()
        let decoder = StructDecoder(row, context)
        self.decoder = decoder
        let value = try decode(decoder)
        decoder.keepLearned()
        return value
    }

    private func decode(_ decoder: StructDecoder) throws -> T {
        do {
            let value = try make(decoder)
            if decoder.isKept { leave(decoder) }
            return value
        } catch {
            if decoder.isKept { leave(decoder) }
            throw error
        }
    }

    // Apart, so that nothing of the call refers to what was given when it is over.
    @inline(never)
    private func make(_ decoder: StructDecoder) throws -> T { try T(from: decoder.handed) }

    /// Leaves what is still in use; the next row has another.
    private func leave(_ decoder: StructDecoder) {
        decoder.keepLearned()
        decoder.end()
        self.decoder = nil
    }
}
