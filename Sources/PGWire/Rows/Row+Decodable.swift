extension Row {
    /// The row as a `Decodable` value, property by property from the column of the same name.
    ///
    /// A property `createdAt` is found in a column `createdAt` or else `created_at`. Columns that no property asks for are
    /// ignored; a property that is Optional is nil where its column is NULL or absent. A type that is one value, such as
    /// `Int` or an enum with a raw value, is decoded from the row's only column.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when a column is missing or is not of its property's type; what an `init(from:)`
    ///   of yours throws comes out unchanged.
    public func decode<T: Decodable>(as type: T.Type = T.self) throws -> T {
        // Types that are both: where the result is compared with something, the compiler takes this overload for them.
        if let type = type as? any PostgresDecodable.Type, let value = try onlyColumn(type) as? T { return value }
        return try T(from: RowDecoder(row: self))
    }

    private func onlyColumn<D: PostgresDecodable>(_ type: D.Type) throws(PostgresError) -> D { try decode(as: type) }
}

/// Gives a type's `init(from:)` the columns by name.
private struct RowDecoder: Decoder {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer(row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw PostgresError.usage("a row is decoded by its columns' names; to decode by position, ask for a tuple")
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        guard row.columns.count == 1 else {
            throw PostgresError.usage(
                "a row of \(row.columns.count) columns cannot be decoded as a single value: select one column, or decode it "
                    + "by its columns' names")
        }
        return ColumnDecoder(row: row, index: 0, key: OnlyColumn(stringValue: row.columns[0].name))
    }
}

/// Stands in a coding path for the column of a row that has no other.
private struct OnlyColumn: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { row.columns.compactMap { Key(stringValue: $0.name) } }

    private func index(of key: Key) -> Int? {
        row.columns.index(of: key.stringValue) ?? row.columns.index(of: snakeCase(key.stringValue))
    }

    private func existing(_ key: Key) throws(PostgresError) -> Int {
        if let index = index(of: key) { return index }
        throw .decoding(
            .init(
                columnIndex: -1, columnName: key.stringValue,
                description:
                    "the result has no column \"\(key.stringValue)\" or \"\(snakeCase(key.stringValue))\"; "
                    + "its columns are: \(row.columns.names)"))
    }

    func contains(_ key: Key) -> Bool { index(of: key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try row.isNull(try existing(key)) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let index = try existing(key)
        return try ColumnDecoder(row: row, index: index, key: key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw PostgresError.usage(
            "column \"\(key.stringValue)\" is one value; only a JSON column can hold a nested one")
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw PostgresError.usage("column \"\(key.stringValue)\" is one value; only an array or JSON can hold several")
    }

    func superDecoder() throws -> any Decoder { RowDecoder(row: row) }
    func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(row: row) }
}

/// Decodes one column for a type that wraps a plain value, such as an enum with a raw value or a typed identifier.
private struct ColumnDecoder: Decoder, SingleValueDecodingContainer {
    let row: Row
    let index: Int
    let key: any CodingKey
    var codingPath: [any CodingKey] { [key] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw notPlain()
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notPlain() }

    private func notPlain() -> PostgresError {
        .usage(
            "column \"\(key.stringValue)\" cannot be decoded as a structured value: decode it as JSON, or as a type that "
                + "conforms to PostgresDecodable")
    }

    func decodeNil() -> Bool { (try? row.isNull(index)) ?? false }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let type = type as? any PostgresDecodable.Type, let value = try value(type) as? T { return value }
        // Those that are no type of PostgreSQL's: their `init(from:)` would ask this very function.
        if let type = type as? any FixedWidthInteger.Type, let value = try integer(type) as? T { return value }
        return try T(from: self)
    }

    private func value<D: PostgresDecodable>(_ type: D.Type) throws -> D { try row.decode(index, as: type) }

    private func integer<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
        try unsafe row.decode(index, as: IntegerColumn<I>.self).value
    }
}

/// An integer of a size or sign that PostgreSQL has no type for, from a column of any integer type.
private struct IntegerColumn<I: FixedWidthInteger>: PostgresDecodable, StandingFor {
    // Integers are values; the protocol alone does not say so.
    nonisolated(unsafe) let value: I
    static var decodedType: Any.Type { I.self }

    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        unsafe value = try I(integerColumn: bytes, type: type, format: format)
    }
}

/// `createdAt` as `created_at`, `userID` as `user_id`.
private func snakeCase(_ name: String) -> String {
    var result = ""
    var previousIsUpper = true
    let characters = Array(name)
    for (index, character) in characters.enumerated() {
        let nextIsLower = index + 1 < characters.count && characters[index + 1].isLowercase
        if character.isUppercase, !result.isEmpty, !previousIsUpper || nextIsLower { result += "_" }
        previousIsUpper = character.isUppercase
        result += character.lowercased()
    }
    return result
}
