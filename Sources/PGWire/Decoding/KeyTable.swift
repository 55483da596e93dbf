import Synchronization

/// Where the properties of a type are in a result, learned as they are asked for: what is found for one row serves all.
///
/// For coding keys of one byte, as those are that the compiler makes for up to 256 properties: they are told apart by that
/// byte, without a look at their names.
final class KeyTable {
    /// The column of a property.
    struct Place: Sendable {
        /// The column; -1 when there is none of the property's name.
        let index: Int
        /// Whether its values are decoded as they come: they are no JSON, and their text is known.
        let isPlain: Bool
        /// Where it is a nested struct: what the names of its columns begin with, and which they are.
        let prefix: String?
        let parts: [Int]
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

    /// What was learned of a result and a type of keys.
    struct Knowledge: Sendable {
        /// For each key the position in `places`; -1 for one that was not asked for.
        var slots = [Int16](repeating: -1, count: 256)
        var places: [Place] = []
    }

    @safe @exclusivity(unchecked) var knowledge: Knowledge
    @safe @exclusivity(unchecked) var hasLearned = false
    /// What decodes the nested structs, by their positions in `places`.
    @safe @exclusivity(unchecked) var nested: [Int: StructDecoder] = [:]

    init(_ knowledge: Knowledge) { self.knowledge = knowledge }
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
