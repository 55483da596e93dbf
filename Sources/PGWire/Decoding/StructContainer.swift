/// The columns of a row by keys of one byte.
struct StructContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    // One reference only: the container is copied for every value.
    let table: KeyTable
    private var decoder: StructDecoder { table.decoder }
    var codingPath: [any CodingKey] { [] }

    /// The same by names, for whatever is unusual, and for names that are missing.
    private var byName: RowContainer<Key> { RowContainer(decoder: decoder.byName) }

    var allKeys: [Key] { byName.allKeys }

    /// The number of the key's place in the table.
    @inline(__always)
    private func slot(_ key: Key) -> Int { table.slot(onlyByte(of: key)) ?? learn(key) }

    @inline(never)
    private func learn(_ key: Key) -> Int {
        let columns = decoder.row.columns
        let index = byName.index(of: key) ?? -1
        let isPlain = columns.indices.contains(index) && !columns.isStyled(index) && isPlain(columns[index].type)
        let prefix = index >= 0 ? nil : byName.prefix(of: key)
        let nested = prefix.map { prefix in
            let parts = columns.indices.filter { columns[$0].name.utf8.starts(with: prefix.utf8) }
            return KeyTable.Nested(prefix: prefix, columns: parts)
        }
        return table.learn(onlyByte(of: key), KeyTable.Place(index: index, isPlain: isPlain), nested)
    }

    /// Whether values of the type are decoded as they come. What is JSON below a domain's name counts as JSON.
    private func isPlain(_ type: OID) -> Bool {
        let base = type.isUserDefined ? decoder.context.types?.base(of: type) ?? type : type
        return base == type && type != .json && type != .jsonb
    }

    /// The value of a plain column.
    @inline(__always)
    private func value<T: PostgresDecodable & Decodable>(_ key: Key, _ type: T.Type) throws -> T {
        let slot = slot(key)
        guard table[slot].isPlain else { return try unusual(slot, key, type) }
        return try table.value(table[slot].index, as: type)
    }

    @inline(__always)
    private func valueIfPresent<T: PostgresDecodable & Decodable>(_ key: Key, _ type: T.Type) throws -> T? {
        let slot = slot(key)
        guard table[slot].isPlain else { return try unusualIfPresent(slot, key, type) }
        let index = table[slot].index
        return table.isNull(index) ? nil : try table.value(index, as: type)
    }

    /// The value of a column that is JSON or a composite, or of a nested struct.
    @inline(never)
    private func unusual<T: Decodable>(_ slot: Int, _ key: Key, _ type: T.Type) throws -> T {
        let index = table[slot].index
        if index >= 0 { return try decoder.column(index).decode(type) }
        guard let nested = try decoder.nested(slot, table) else { return try byName.decode(type, forKey: key) }
        return try T(from: nested.handed)
    }

    @inline(never)
    private func unusualIfPresent<T: Decodable>(_ slot: Int, _ key: Key, _ type: T.Type) throws -> T? {
        let index = table[slot].index
        if index >= 0 { return try decoder.column(index).decodeIfPresent(type) }
        return isNull(nested: slot) ? nil : try unusual(slot, key, type)
    }

    /// Whether all columns of the nested struct are NULL, or there is none.
    private func isNull(nested slot: Int) -> Bool {
        table.nested[slot]?.columns.allSatisfy(table.isNull) ?? true
    }

    /// How a property of the type is read.
    @inline(__always)
    private func reading<T: Decodable>(_ slot: Int, _ type: T.Type) -> KeyTable.Reading {
        let place = table[slot]
        return place.type == ObjectIdentifier(type) ? place.reading : learn(slot, type)
    }

    @inline(never)
    private func learn<T: Decodable>(_ slot: Int, _ type: T.Type) -> KeyTable.Reading {
        let reading: KeyTable.Reading =
            if !table[slot].isPlain {
                .byColumn
            } else if let postgres = type as? any PostgresDecodable.Type {
                .direct(postgres)
            } else if type is any FixedWidthInteger.Type {
                .byColumn
            } else {
                .wrapped
            }
        table.learn(slot, ObjectIdentifier(type), reading)
        return reading
    }

    private func opened<D: PostgresDecodable, T>(_ postgres: D.Type, _ slot: Int, as type: T.Type) throws -> T {
        try sameValue(table.value(table[slot].index, as: postgres), as: type)
    }

    func contains(_ key: Key) -> Bool {
        let slot = slot(key)
        return table[slot].index >= 0 || table.nested[slot] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let slot = slot(key)
        let index = table[slot].index
        if index >= 0 { return table.isNull(index) }
        return table.nested[slot] == nil ? try byName.decodeNil(forKey: key) : isNull(nested: slot)
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let slot = slot(key)
        switch reading(slot, type) {
        case .direct(let postgres): return try opened(postgres, slot, as: type)
        case .wrapped: return try decoder.wrapped(table[slot].index, as: type)
        case .byColumn: return try unusual(slot, key, type)
        }
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        let slot = slot(key)
        switch reading(slot, type) {
        case .byColumn: return try unusualIfPresent(slot, key, type)
        case .direct, .wrapped:
            return table.isNull(table[slot].index) ? nil : try decode(type, forKey: key)
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        guard let nested = try decoder.nested(slot(key), table) else {
            return try byName.nestedContainer(keyedBy: type, forKey: key)
        }
        return nested.container(keyedBy: type)
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

/// The same value, where the caller knows that both types are the same and the compiler does not.
@inline(__always)
private func sameValue<T, Same>(_ value: T, as type: Same.Type) throws -> Same {
    guard T.self == type else { throw ValueDecodingError.typeMismatch }
    // Sound: they are the same.
    return unsafe unsafeBitCast(value, to: type)
}
