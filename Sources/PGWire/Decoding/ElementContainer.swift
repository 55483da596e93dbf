/// The elements of an array, whose Swift type need not be one of PostgreSQL's. Those of an array of several dimensions are
/// arrays.
struct ElementContainer: UnkeyedDecodingContainer {
    private let decoder: ColumnDecoder
    /// The array's type.
    private let array: OID
    private let elements: ArraySlice<ReceivedValue?>
    /// How many elements of all dimensions one of the first is made of; of the inner ones, too.
    private let sizes: ArraySlice<Int>
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count / size }
    var isAtEnd: Bool { currentIndex >= elements.count / size }
    private var size: Int { max(sizes.first ?? 1, 1) }

    init(decoder: ColumnDecoder, array: OID, _ value: PostgresArray<ReceivedValue?>) {
        var sizes: [Int] = []
        for dimension in value.dimensions.dropFirst().reversed() { sizes.append((sizes.last ?? 1) * dimension.count) }
        self.init(decoder, array, value.elements[...], sizes.reversed()[...])
    }

    private init(
        _ decoder: ColumnDecoder, _ array: OID, _ elements: ArraySlice<ReceivedValue?>, _ sizes: ArraySlice<Int>
    ) {
        self.decoder = decoder
        self.array = array
        self.elements = elements
        self.sizes = sizes
    }

    /// The decoder of the next element; nil for NULL. Throws after the last.
    private mutating func next() throws -> (any Decoder)? {
        guard !isAtEnd else { throw PostgresError.usage("an array of \(count ?? 0) elements has no further one") }
        let start = elements.startIndex + currentIndex * size
        currentIndex += 1
        guard sizes.isEmpty else {
            let inner = ElementContainer(decoder, array, elements[start..<start + size], sizes.dropFirst())
            return InnerArray(container: inner, userInfo: decoder.userInfo)
        }
        return elements[start].map { decoder.within($0, field: nil, array: array) }
    }

    private mutating func required<T>(_ type: T.Type) throws -> any Decoder {
        guard let next = try next() else {
            throw decoder.failure(
                ValueDecodingError.malformed("element \(currentIndex) is NULL: decode it as \(type)?"), [T].self)
        }
        return next
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, sizes.isEmpty, elements[elements.startIndex + currentIndex] == nil else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let optional = type as? any ExpressibleByNilLiteral.Type {
            guard let next = try next() else {
                if let null = optional.init(nilLiteral: ()) as? T { return null }
                throw decoder.failure(ValueDecodingError.unexpectedNull, type)
            }
            return try decode(type, from: next)
        }
        return try decode(type, from: try required(type))
    }

    private func decode<T: Decodable>(_ type: T.Type, from next: any Decoder) throws -> T {
        if let column = next as? ColumnDecoder { return try column.decode(type) }
        return try T(from: next)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try required(type).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try required([Int].self).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try required(Int.self) }
}

/// An element that is an array itself.
private struct InnerArray: Decoder {
    let container: ElementContainer
    let userInfo: [CodingUserInfoKey: Any]
    var codingPath: [any CodingKey] { container.codingPath }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { container }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw notOne }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw notOne }

    private var notOne: PostgresError { .usage("an array of several dimensions is decoded as an array of arrays") }
}
