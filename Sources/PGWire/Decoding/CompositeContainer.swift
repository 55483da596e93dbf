/// The fields of a composite by their names, which the catalogs know.
struct CompositeContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoder: ColumnDecoder
    private let type: OID
    private let fields: [TypeCatalog.Field]
    private let values: [ReceivedValue?]
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.name) } }

    /// - Parameter type: that of the value, which `entry` is about.
    /// - Throws: ``TypeCatalog/Missing`` when the value has not the fields that are known, as the type was changed.
    init(_ decoder: ColumnDecoder, _ value: ReceivedValue, _ type: OID, _ entry: TypeCatalog.Entry) throws {
        self.decoder = decoder
        self.type = type
        fields = entry.fields
        do {
            values = try value.compositeFields(entry.fields)
        } catch {
            throw TypeCatalog.Missing(type: type, failure: decoder.failure(error, [String: String].self))
        }
    }

    private func index(of key: Key) -> Int? {
        let names = columnNames(key)
        return names.lazy.compactMap { name in fields.firstIndex { $0.name.hasSameBytes(as: name) } }.first
    }

    /// The decoder of a field's value; nil when it is NULL.
    private func field(_ key: Key) throws -> ColumnDecoder? {
        guard let index = index(of: key), values.indices.contains(index) else {
            let names = columnNames(key).map { "\"\($0)\"" }.joined(separator: " or ")
            let description =
                "the composite in column \"\(decoder.columnName)\" has no field \(names); its fields are: "
                + fields.prefix(50).map(\.name.escapingControls).joined(separator: ", ")
            // A field may have been given another name.
            throw TypeCatalog.Missing(
                type: type,
                failure: .decoding(
                    .init(columnIndex: decoder.index, columnName: decoder.columnName, description: description)))
        }
        return values[index].map { decoder.within($0, field: fields[index].name, array: nil) }
    }

    func contains(_ key: Key) -> Bool { index(of: key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try field(key) == nil }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if let field = try field(key) { return try field.decode(type) }
        if let type = type as? any PostgresDecodable.Type, let null = try? type.decodeNull(), let null = null as? T {
            return null
        }
        throw decoder.failure(
            ValueDecodingError.malformed(
                "field \"\(key.stringValue.escapingControls)\" is NULL: decode it as \(T.self)?"), T.self)
    }

    private func required(_ key: Key) throws -> ColumnDecoder {
        guard let field = try field(key) else { throw decoder.failure(ValueDecodingError.unexpectedNull, Key.self) }
        return field
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try required(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try required(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }

    func superDecoder(forKey key: Key) throws -> any Decoder { try required(key) }
}

extension ReceivedValue {
    /// The fields of a composite, each with its type.
    func compositeFields(_ fields: [TypeCatalog.Field]) throws -> [ReceivedValue?] {
        do {
            var reader = try RecordReader(bytes.rawSpan, format, count: fields.count)
            var values: [ReceivedValue?] = []
            for field in fields {
                var value = try reader.next(ReceivedValue?.self)
                value?.type = field.type
                values.append(value)
            }
            try reader.end()
            return values
        } catch let overrun as ByteReader.OverrunError {
            throw ValueDecodingError.malformed("composite \(overrun.reason)")
        }
    }
}
