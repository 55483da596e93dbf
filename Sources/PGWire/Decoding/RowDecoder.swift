#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Row {
    /// The row as a `Decodable` value, property by property from the column of the same name.
    ///
    /// A property `createdAt` is found in a column `createdAt` or else `created_at`; of several with one name the first counts.
    /// Columns that no property asks for are ignored; a property that is Optional is nil where its column is NULL or absent. A
    /// type that is one value, such as `Int` or an enum with a raw value, is decoded from the row's only column.
    ///
    /// A property of any `Decodable` type is decoded from a `json` or `jsonb` column by `json`, or else
    /// a `JSONDecoder` as it is made. A nested struct is decoded from
    /// columns whose names begin with the property's and a dot, as in `SELECT p.id, t.name AS "team.name"`; where it is
    /// Optional, and all of these columns are NULL, it is nil. From a composite it is decoded by the names of its fields, which
    /// only calls that ask for the rows by `as:` can look up.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when a column is missing or is not of its property's type; what an `init(from:)`
    ///   of yours throws comes out unchanged.
    @_disfavoredOverload
    public func decode<T: Decodable>(as type: T.Type = T.self, json: JSONDecoder? = nil) throws -> T {
        try decode(as: type, DecodingContext(json: json, types: nil))
    }

    func decode<T: Decodable>(as type: T.Type, _ context: DecodingContext) throws -> T {
        try StructReader<T>(context).read(self)
    }

    func onlyColumn<D: PostgresDecodable>(_ type: D.Type) throws(PostgresError) -> D { try decode(as: type) }
}

/// What decoding goes by beside the row.
struct DecodingContext: Sendable {
    /// What reads JSON columns; nil for one as it is made.
    let json: JSONDecoder?
    /// What is known of the types of the database; nil where nothing can be looked up.
    let types: TypeCatalog?
    var userInfo: [CodingUserInfoKey: Any] { json.map { $0.userInfo.mapValues { $0 } } ?? [:] }

    static let ofPlainValues = DecodingContext(json: nil, types: nil)
}

/// Gives a type's `init(from:)` the columns by name.
struct RowDecoder: Decoder {
    let row: Row
    /// What the names of the columns begin with: nothing, or the name of a nested struct's property and a dot.
    let prefix: String
    let context: DecodingContext
    /// How many structs it is nested in.
    var depth = 0
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    /// Throws where no further struct can be nested: a server can send names of any length, and a type may contain itself.
    static func checkDepth(_ depth: Int) throws {
        guard depth < 32 else { throw PostgresError.usage("structs are nested more than 32 deep in columns' names") }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw PostgresError.usage("a row is decoded by its columns' names; to decode by position, ask for a tuple")
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        guard prefix.isEmpty else {
            let name = String(prefix.dropLast())
            throw PostgresError.decoding(
                .init(
                    columnIndex: -1, columnName: name,
                    description: "the result has no column \"\(name.escapingControls)\", only columns of a "
                        + "nested struct of that name: \(row.columns.names)"))
        }
        guard row.columns.count == 1 else {
            throw PostgresError.usage(
                "a row of \(row.columns.count) columns cannot be decoded as a single value: select one column, or decode it "
                    + "by its columns' names")
        }
        return ColumnDecoder(row: row, index: 0, context)
    }
}

struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: RowDecoder
    var row: Row { decoder.row }
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        let prefix = decoder.prefix.utf8
        return row.columns.compactMap { column in
            guard column.name.utf8.starts(with: prefix) else { return nil }
            return Key(stringValue: String(Substring(column.name.utf8.dropFirst(prefix.count))))
        }
    }

    /// The names that a property may have in the result.
    private func names(_ key: Key) -> [String] { columnNames(key).map { decoder.prefix + $0 } }

    func index(of key: Key) -> Int? {
        row.columns.index(of: decoder.prefix + key.stringValue)
            ?? row.columns.index(of: decoder.prefix + snakeCase(key.stringValue))
    }

    /// What the names of a nested struct's columns begin with; nil when there are none.
    func prefix(of key: Key) -> String? {
        names(key).map { $0 + "." }.first { prefix in
            row.columns.contains { $0.name.utf8.starts(with: prefix.utf8) }
        }
    }

    private func missing(_ key: Key) -> PostgresError {
        .decoding(
            .init(
                columnIndex: -1, columnName: key.stringValue,
                description: "the result has no column \(names(key).map { "\"\($0)\"" }.joined(separator: " or ")); "
                    + "its columns are: \(row.columns.names)"))
    }

    func contains(_ key: Key) -> Bool { index(of: key) != nil || prefix(of: key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool {
        if let index = index(of: key) { return try row.isNull(index) }
        guard let prefix = prefix(of: key) else { throw missing(key) }
        return try row.columns.indices.allSatisfy { index in
            try !row.columns[index].name.utf8.starts(with: prefix.utf8) || row.isNull(index)
        }
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if let index = index(of: key) {
            return try ColumnDecoder(row: row, index: index, decoder.context).decode(type)
        }
        guard let nested = try nested(key) else { throw missing(key) }
        return try T(from: nested)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        if let index = index(of: key) {
            return try ColumnDecoder(row: row, index: index, decoder.context).decodeIfPresent(type)
        }
        return try decode(type, forKey: key)
    }

    private func nested(_ key: Key) throws -> RowDecoder? {
        try RowDecoder.checkDepth(decoder.depth)
        return prefix(of: key).map {
            RowDecoder(row: row, prefix: $0, context: decoder.context, depth: decoder.depth + 1)
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        if let nested = try nested(key) { return nested.container(keyedBy: type) }
        return try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        guard let index = index(of: key) else { throw missing(key) }
        return ColumnDecoder(row: row, index: index, decoder.context)
    }
}

/// The names of columns, or of fields of a composite, that a property stands for.
func columnNames(_ key: some CodingKey) -> [String] {
    let snake = snakeCase(key.stringValue)
    return snake.hasSameBytes(as: key.stringValue) ? [snake] : [key.stringValue, snake]
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
