/// Gives a type that wraps one value, such as an enum with a raw value or a typed identifier, its column's. It is made once for all
/// rows of a result; a struct would take memory for each value.
final class WrappedColumn: Decoder, SingleValueDecodingContainer {
    private let decoder: StructDecoder
    private let current: CurrentRow
    /// The column, which is there and plain.
    @safe @exclusivity(unchecked) var index = 0
    /// The type that is decoded, which messages name.
    @safe @exclusivity(unchecked) var wanted: Any.Type = [Any].self

    init(_ decoder: StructDecoder) {
        self.decoder = decoder
        current = decoder.current
    }

    /// The same for whatever is unusual.
    private var column: ColumnDecoder {
        var column = decoder.column(index)
        column.wanted = wanted
        return column
    }

    var codingPath: [any CodingKey] { column.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { decoder.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try column.container(keyedBy: type)
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try column.unkeyedContainer() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { current.isNull(index) }

    func decode(_ type: Bool.Type) throws -> Bool { try current.value(index, as: type) }
    func decode(_ type: String.Type) throws -> String { try current.value(index, as: type) }
    func decode(_ type: Double.Type) throws -> Double { try current.value(index, as: type) }
    func decode(_ type: Float.Type) throws -> Float { try current.value(index, as: type) }
    func decode(_ type: Int.Type) throws -> Int { try current.value(index, as: type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try current.value(index, as: type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try current.value(index, as: type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try current.value(index, as: type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try column.decode(type) }
}
