#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Values, read as those of a ``Row``.
extension ReplicatedRow {
    private var row: Row { Row(columns: columns, chunk: values, values: 0..<values.capacity) }

    /// The value of the column at `index`, counted from 0.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column, its value was not sent, or is no `T`.
    public func decode<T: PostgresDecodable>(_ index: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        if unsent.contains(index) { throw notSent(index) }
        return try row.decode(index, as: type)
    }

    /// The value of the column with this name, in exactly this spelling.
    ///
    /// - Throws: as ``decode(_:as:)-(Int,_)``.
    public func decode<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let index = columns.index(of: name) else { return try row.decode(name, as: type) }
        return try decode(index, as: type)
    }

    /// The row as a `Decodable` value, property by property from the column of the same name, as ``Row/decode(as:json:)``.
    ///
    /// - Throws: as that; ``PostgresError/decoding(_:)`` also for a property whose value was not sent, even if it is Optional.
    @_disfavoredOverload
    public func decode<T: Decodable>(as type: T.Type = T.self, json: JSONDecoder? = nil) throws -> T {
        let row = row
        guard !unsent.isEmpty else { return try row.decode(as: type, json: json) }
        let context = DecodingContext(json: json, types: nil)
        return try T(from: SentDecoder(base: RowDecoder(row: row, prefix: "", context: context), row: self))
    }

    /// The row as a value that takes its columns itself.
    ///
    /// - Throws: what its `init(row:)` throws; ``PostgresError/decoding(_:)`` when it asks for a value that was not sent.
    public func decode<T: PostgresRowDecodable>(as type: T.Type = T.self) throws -> T {
        try RowReader<T>(.ofPlainValues) { index throws(PostgresError) in
            if unsent.contains(index) { throw notSent(index) }
        }.read(row)
    }

    /// Whether the value of the column at `index` was sent, NULL or not; false when there is no such column.
    public func isSent(_ index: Int) -> Bool { columns.indices.contains(index) && !unsent.contains(index) }

    /// Whether the column at `index` is NULL; false for a value that was not sent.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when there is no such column.
    public func isNull(_ index: Int) throws(PostgresError) -> Bool {
        if unsent.contains(index) { return false }
        return try row.isNull(index)
    }

    /// The value of the column at `index` as it came; nil when there is no such column.
    public subscript(_ index: Int) -> ReplicatedValue? {
        guard columns.indices.contains(index) else { return nil }
        if unsent.contains(index) { return isKeyOnly && !relation.isKey[index] ? .notKey : .unchanged }
        guard let value = try? row.decode(index, as: ReceivedValue?.self) else { return .null }
        return value.format == .text ? .text(String(repairing: value.bytes.rawSpan)) : .binary(value.bytes)
    }

    /// The value of the first column with this name; nil when there is none.
    public subscript(_ name: String) -> ReplicatedValue? { columns.index(of: name).flatMap { self[$0] } }

    /// The same row with the values of another one where they were not sent: of the old row, or of one that was kept.
    ///
    /// - Returns: nil when the other one has other columns.
    public func completed(by other: ReplicatedRow) -> ReplicatedRow? {
        guard other.columns.count == columns.count, other.columns.types == columns.types else { return nil }
        var writer = ByteWriter()
        var left: [Int] = []
        var formats: [Column] = []
        for index in columns.indices {
            let source = isSent(index) ? self : other
            if !source.isSent(index) { left.append(index) }
            formats.append(source.columns[index])
            guard let value = try? source.row.decode(index, as: ReceivedValue?.self) else {
                writer.write(Int32(-1))
                continue
            }
            writer.write(Int32(truncatingIfNeeded: value.bytes.count))
            writer.write(value.bytes)
        }
        return ReplicatedRow(
            relation, isKeyOnly: isKeyOnly && !left.isEmpty, columns: Columns(formats),
            values: Chunk(copying: writer.span),
            unsent: left)
    }

    func notSent(_ index: Int) -> PostgresError {
        let name = columns[index].name
        let reason =
            isKeyOnly && !relation.isKey[index]
            ? "it is not part of the key, and REPLICA IDENTITY FULL would have it sent"
            : "the update has not changed it and it is stored out of line (TOAST): what was there before still holds"
        return .decoding(
            .init(
                columnIndex: index, columnName: name,
                description:
                    "the value of column \"\(name.prefix(200).description.escapingControls)\" was not sent: \(reason)"))
    }
}

/// Gives a type's `init(from:)` the columns that were sent. To ask for another one is an error, where an Optional would otherwise
/// become nil, as if it were NULL.
private struct SentDecoder: Decoder {
    let base: RowDecoder
    let row: ReplicatedRow
    var codingPath: [any CodingKey] { base.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SentContainer(base: base.container(keyedBy: type), row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try base.unkeyedContainer() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        if let index = row.unsent.first { throw row.notSent(index) }
        return try base.singleValueContainer()
    }
}

private struct SentContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let base: KeyedDecodingContainer<Key>
    let row: ReplicatedRow
    var codingPath: [any CodingKey] { base.codingPath }
    var allKeys: [Key] { base.allKeys }

    private func check(_ key: Key) throws {
        let names = columnNames(key)
        for index in row.unsent {
            let name = row.columns[index].name
            // A nested struct's columns begin with its name and a point.
            if names.contains(where: { name.hasSameBytes(as: $0) || name.utf8.starts(with: ($0 + ".").utf8) }) {
                throw row.notSent(index)
            }
        }
    }

    func contains(_ key: Key) -> Bool { base.contains(key) }

    func decodeNil(forKey key: Key) throws -> Bool {
        try check(key)
        return try base.decodeNil(forKey: key)
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try check(key)
        return try base.decode(type, forKey: key)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try check(key)
        return try base.decodeIfPresent(type, forKey: key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try check(key)
        return try base.nestedContainer(keyedBy: type, forKey: key)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try check(key)
        return try base.nestedUnkeyedContainer(forKey: key)
    }

    func superDecoder() throws -> any Decoder { try base.superDecoder() }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try check(key)
        return try base.superDecoder(forKey: key)
    }
}
