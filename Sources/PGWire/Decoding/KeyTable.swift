import Synchronization

/// Where the properties of a type are in a result, learned as they are asked for: what is found for one row serves all.
///
/// For coding keys of one byte, as those are that the compiler makes for up to 256 properties: they are told apart by that
/// byte, without a look at their names.
@safe final class KeyTable {
    /// The column of a property.
    struct Place: Sendable {
        /// The column; -1 when there is none of the property's name.
        let index: Int
        /// Whether its values are decoded as they come: they are no JSON, and their text is known.
        let isPlain: Bool
        /// The property's type, once it was asked for, and how it is read.
        var type: ObjectIdentifier?
        var reading: Reading = .byColumn
    }

    /// How a property is read from its column.
    enum Reading: Sendable {
        /// It is one of PostgreSQL's types.
        case direct(any PostgresDecodable.Type)
        /// It is a type around one of those, as an enum with a raw value.
        case wrapped
        /// In whatever way ``ColumnDecoder`` finds.
        case byColumn
    }

    /// The columns of a nested struct.
    struct Nested: Sendable {
        /// What their names begin with.
        let prefix: String
        let columns: [Int]
    }

    /// What was learned of a result and a type of keys.
    struct Knowledge: Sendable {
        /// For each key the number of its place; -1 for one that was not asked for.
        var slots: InlineArray<256, Int16> = .init(repeating: -1)
        var places: [Place] = []
        /// By the numbers of the places.
        var nested: [Int: Nested] = [:]
    }

    let decoder: StructDecoder
    /// The row, which the decoder keeps. Not counted, as it is used for every value.
    private let current: Unmanaged<CurrentRow>
    /// What decodes the nested structs, by the numbers of their places.
    @safe @exclusivity(unchecked) var decoders: [Int: StructDecoder] = [:]
    @safe @exclusivity(unchecked) private(set) var nested: [Int: Nested]
    @safe @exclusivity(unchecked) private var slots: InlineArray<256, Int16>
    // Plain memory, as it is read for every value: an array would be retained and released each time.
    @exclusivity(unchecked) private var places: UnsafeMutableBufferPointer<Place>
    @safe @exclusivity(unchecked) private var count: Int
    @safe @exclusivity(unchecked) private var hasLearned = false

    init(_ decoder: StructDecoder, _ current: CurrentRow, _ knowledge: Knowledge) {
        self.decoder = decoder
        unsafe self.current = .passUnretained(current)
        slots = knowledge.slots
        nested = knowledge.nested
        count = knowledge.places.count
        unsafe places = .allocate(capacity: max(count, 8))
        _ = unsafe places.initialize(from: knowledge.places)
    }

    deinit { unsafe places.deallocate() }

    /// The number of the key's place; nil for one that was not asked for.
    @inline(__always)
    func slot(_ key: UInt8) -> Int? {
        let slot = slots[Int(key)]
        return slot < 0 ? nil : Int(slot)
    }

    /// The value of the column at `index`, which is there.
    @inline(__always)
    func value<T: PostgresDecodable>(_ index: Int, as type: T.Type) throws -> T {
        try unsafe current._withUnsafeGuaranteedRef { row throws in try row.value(index, as: type) }
    }

    /// Whether the column at `index`, which is there, is NULL.
    @inline(__always)
    func isNull(_ index: Int) -> Bool { unsafe current._withUnsafeGuaranteedRef { $0.isNull(index) } }

    /// The place with that number.
    subscript(slot: Int) -> Place {
        // Sound: numbers come from `slots`, all of whose places are there.
        @inline(__always) get { unsafe places[slot] }
    }

    /// Notes where a key's column is, and returns the number of its place.
    func learn(_ key: UInt8, _ place: Place, _ nested: Nested?) -> Int {
        if unsafe count == places.count {
            let larger = UnsafeMutableBufferPointer<Place>.allocate(capacity: 2 * count)
            _ = unsafe larger.moveInitialize(fromContentsOf: places)
            unsafe places.deallocate()
            unsafe places = larger
        }
        unsafe places.initializeElement(at: count, to: place)
        self.nested[count] = nested
        slots[Int(key)] = Int16(count)
        count += 1
        hasLearned = true
        return count - 1
    }

    /// Notes how a property is read.
    func learn(_ slot: Int, _ type: ObjectIdentifier, _ reading: Reading) {
        // Sound: as above.
        unsafe places[slot].type = type
        unsafe places[slot].reading = reading
        hasLearned = true
    }

    /// What was learned since it was asked for last; nil when nothing was.
    func takeLearned() -> Knowledge? {
        guard hasLearned else { return nil }
        hasLearned = false
        return unsafe Knowledge(slots: slots, places: Array(places[..<count]), nested: nested)
    }
}

/// What was learned of the columns of a result, for all its rows and for all results of the same prepared statement.
final class LearnedKeys: Sendable {
    /// A type of keys, and what the names of its columns begin with.
    struct Place: Hashable {
        let keys: ObjectIdentifier
        let prefix: String
    }

    private let tables = Mutex<[Place: KeyTable.Knowledge]>([:])
    /// So many types are kept for one result.
    private static let capacity = 16

    subscript(place: Place) -> KeyTable.Knowledge? { tables.withLock { $0[place] } }

    func note(_ knowledge: KeyTable.Knowledge, of place: Place) {
        tables.withLock { tables in
            if tables.count >= Self.capacity { tables = [:] }
            tables[place] = knowledge
        }
    }
}
