#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decodes one column: a plain value, or a type that wraps one, such as an enum with a raw value or a typed identifier; JSON;
/// or an array of any of these.
struct ColumnDecoder: Decoder, SingleValueDecodingContainer {
    let row: Row
    let index: Int
    let json: JSONDecoder?
    /// The element of the column's array that is decoded; nil for the column itself.
    var element: ReceivedValue?
    var codingPath: [any CodingKey] { [ColumnKey(stringValue: row.columns[index].name)] }
    var userInfo: [CodingUserInfoKey: Any] { json.map { $0.userInfo.mapValues { $0 } } ?? [:] }

    init(row: Row, index: Int, json: JSONDecoder?) {
        self.row = row
        self.index = index
        self.json = json
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw PostgresError.usage(
            "column \"\(row.columns[index].name)\" is one value and cannot be decoded as a struct: make the struct a "
                + "PostgresComposite if the column is a composite, keep it as JSON, or select its columns as "
                + "\"\(row.columns[index].name).…\"")
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        ElementContainer(decoder: self, elements: try value([ReceivedValue?].self))
    }

    func decodeNil() -> Bool { element == nil ? (try? row.isNull(index)) ?? false : false }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let type = type as? any PostgresDecodable.Type, let value = try value(type) as? T { return value }
        // Those that are no type of PostgreSQL's: their `init(from:)` would ask this very function.
        if let type = type as? any FixedWidthInteger.Type, let value = try integer(type) as? T { return value }
        if isJSON { return try decodeJSON() }
        return try T(from: self)
    }

    private func decodeJSON<T: Decodable>() throws -> T {
        let text = try value(JSONText.self)
        do {
            return try text.decode(with: json ?? JSONDecoder())
        } catch {
            throw row.view.failure(ValueDecodingError.malformed("\(error)"), index, T.self)
        }
    }

    private var isJSON: Bool {
        let type = element?.type ?? row.columns[index].type
        return type == .json || type == .jsonb
    }

    /// The column, or the element of its array, as a type of PostgreSQL's.
    private func value<D: PostgresDecodable>(_ type: D.Type) throws -> D {
        guard let element else { return try row.decode(index, as: type) }
        do {
            return try D(postgres: element.bytes.rawSpan, type: element.type, format: element.format)
        } catch {
            throw row.view.failure(error, index, type)
        }
    }

    private func integer<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
        try unsafe value(IntegerColumn<I>.self).value
    }
}

/// Stands in a coding path for a column.
private struct ColumnKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The elements of an array, whose Swift type need not be one of PostgreSQL's.
private struct ElementContainer: UnkeyedDecodingContainer {
    let decoder: ColumnDecoder
    let elements: [ReceivedValue?]
    var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    init(decoder: ColumnDecoder, elements: [ReceivedValue?]) {
        self.decoder = decoder
        self.elements = elements
    }

    /// The decoder of the next element; throws for NULL, and after the last.
    private mutating func next<T>(_ type: T.Type) throws -> ColumnDecoder {
        guard !isAtEnd else { throw PostgresError.usage("an array of \(elements.count) elements has no further one") }
        guard let element = elements[currentIndex] else {
            throw decoder.row.view.failure(ValueDecodingError.unexpectedNull, decoder.index, type)
        }
        currentIndex += 1
        var next = decoder
        next.element = element
        return next
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex] == nil else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next(type).decode(type) }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next(type).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next([Int].self).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next(Int.self) }
}

/// A value as it was received.
struct ReceivedValue: PostgresDecodable {
    let bytes: [UInt8]
    let type: OID
    let format: FormatCode

    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        self.bytes = [UInt8](copying: bytes)
        self.type = type
        self.format = format
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
