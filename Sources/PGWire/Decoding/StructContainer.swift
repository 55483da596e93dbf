/// The columns of a row by keys of one byte.
struct StructContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: StructDecoder
    let table: KeyTable
    var codingPath: [any CodingKey] { [] }

    /// The same by names, for whatever is unusual.
    private var byName: RowContainer<Key> { RowContainer(decoder: decoder.byName) }

    var allKeys: [Key] { byName.allKeys }

    /// The position of the key's column in the table.
    @inline(__always)
    private func slot(_ key: Key) -> Int {
        let slot = table.knowledge.slots[Int(onlyByte(of: key))]
        return slot >= 0 ? Int(slot) : learn(key)
    }

    @inline(never)
    private func learn(_ key: Key) -> Int {
        let columns = decoder.row.columns
        let index = byName.index(of: key) ?? -1
        let isPlain = columns.indices.contains(index) && !columns.isStyled(index) && columns[index].type.isPlain
        table.knowledge.places.append(KeyTable.Place(index: index, isPlain: isPlain))
        let slot = table.knowledge.places.count - 1
        table.knowledge.slots[Int(onlyByte(of: key))] = Int16(slot)
        table.hasLearned = true
        return slot
    }

    /// The value of a plain column.
    @inline(__always)
    private func value<T: PostgresDecodable & Decodable>(_ key: Key, _ type: T.Type) throws -> T {
        let slot = slot(key)
        guard table.knowledge.places[slot].isPlain else { return try unusual(key, type) }
        return try decoder.value(table.knowledge.places[slot].index, as: type)
    }

    @inline(__always)
    private func valueIfPresent<T: PostgresDecodable & Decodable>(_ key: Key, _ type: T.Type) throws -> T? {
        let slot = slot(key)
        guard table.knowledge.places[slot].isPlain else { return try unusualIfPresent(key, type) }
        let index = table.knowledge.places[slot].index
        return decoder.isNull(index) ? nil : try decoder.value(index, as: type)
    }

    @inline(never)
    private func unusual<T: Decodable>(_ key: Key, _ type: T.Type) throws -> T {
        try byName.decode(type, forKey: key)
    }

    @inline(never)
    private func unusualIfPresent<T: Decodable>(_ key: Key, _ type: T.Type) throws -> T? {
        try byName.decodeIfPresent(type, forKey: key)
    }

    /// The type as one of PostgreSQL's, if it is one and its column is plain.
    private func postgresType<T: Decodable>(_ slot: Int, _ type: T.Type) -> (any PostgresDecodable.Type)? {
        let place = table.knowledge.places[slot]
        guard place.isPlain else { return nil }
        if place.type == ObjectIdentifier(type) { return place.postgres }
        table.knowledge.places[slot].type = ObjectIdentifier(type)
        table.knowledge.places[slot].postgres = type as? any PostgresDecodable.Type
        table.hasLearned = true
        return table.knowledge.places[slot].postgres
    }

    private func opened<D: PostgresDecodable, T>(_ postgres: D.Type, _ slot: Int, as type: T.Type) throws -> T {
        try sameValue(decoder.value(table.knowledge.places[slot].index, as: postgres), as: type)
    }

    func contains(_ key: Key) -> Bool {
        table.knowledge.places[slot(key)].index >= 0 || byName.contains(key)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let index = table.knowledge.places[slot(key)].index
        return index >= 0 ? decoder.isNull(index) : try byName.decodeNil(forKey: key)
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let slot = slot(key)
        guard let postgres = postgresType(slot, type) else { return try unusual(key, type) }
        return try opened(postgres, slot, as: type)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        let slot = slot(key)
        guard let postgres = postgresType(slot, type) else { return try unusualIfPresent(key, type) }
        if decoder.isNull(table.knowledge.places[slot].index) { return nil }
        return try opened(postgres, slot, as: type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try byName.nestedContainer(keyedBy: type, forKey: key)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try byName.nestedUnkeyedContainer(forKey: key)
    }

    func superDecoder() throws -> any Decoder { decoder.byName }

    func superDecoder(forKey key: Key) throws -> any Decoder { try byName.superDecoder(forKey: key) }
}

/// The types that most properties have, each by itself: no function then has to find out what it is asked for.
extension StructContainer {
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key, type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key, type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key, type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key, type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key, type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key, type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key, type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key, type) }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try valueIfPresent(key, type) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try valueIfPresent(key, type) }
}

extension OID {
    /// Whether its values mean the same in all databases and are no JSON.
    fileprivate var isPlain: Bool { !isUserDefined && self != .json && self != .jsonb }
}
