/// An array that may be an element of another: the dimensions of PostgreSQL's arrays are levels of Swift's.
protocol NestedArray: Sendable {
    /// The number of dimensions.
    static var levels: Int { get }

    /// Reads the elements of these dimensions.
    static func read(_ reader: inout ByteReader, _ dimensions: ArraySlice<ArrayDimension>, _ elementType: OID) throws
        -> Self

    /// Reads the array that opens next, which is at the level so many levels below the outermost.
    static func read(_ literal: inout ArrayLiteral, _ level: Int, _ elementType: OID) throws -> Self
}

/// The type as an array with elements of its own; nil for all others, `bytea` among them.
func nested<T>(_ type: T.Type) -> (any NestedArray.Type)? {
    isByteArray(type) ? nil : type as? any NestedArray.Type
}

extension Array: NestedArray where Element: PostgresDecodable {
    static var levels: Int { 1 + (nested(Element.self)?.levels ?? 0) }

    static func read(_ reader: inout ByteReader, _ dimensions: ArraySlice<ArrayDimension>, _ elementType: OID) throws
        -> Self
    {
        let count = dimensions.first?.count ?? 0
        guard dimensions.count > 1, let inner = nested(Element.self) else {
            return try readElements(&reader, count, elementType)
        }
        return try readArrays(of: inner, &reader, dimensions, elementType)
    }

    private static func readArrays<Inner: NestedArray>(
        of inner: Inner.Type, _ reader: inout ByteReader, _ dimensions: ArraySlice<ArrayDimension>, _ elementType: OID
    ) throws -> Self {
        var arrays: [Inner] = []
        for _ in 0..<(dimensions.first?.count ?? 0) {
            arrays.append(try Inner.read(&reader, dimensions.dropFirst(), elementType))
        }
        guard let elements = arrays as? Self else { throw ValueDecodingError.typeMismatch }
        return elements
    }

    /// The elements themselves, each with its length.
    @_specialize(where Element == String)
    @_specialize(where Element == Int)
    static func readElements(_ reader: inout ByteReader, _ count: Int, _ elementType: OID) throws -> Self {
        var elements: Self = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            let length = try reader.read(Int32.self)
            if length == -1 {
                elements.append(try nullElement(elements.count))
            } else {
                guard length >= 0 else { throw ValueDecodingError.malformed("length \(length) of element \(index)") }
                let content = try reader.readSpan(Int(length))
                let type =
                    elementType.isUserDefined
                    ? baseType(elementType, of: Element.self, byteCount: Int(length)) : elementType
                elements.append(try Element(postgres: content, type: type, format: .binary))
            }
        }
        return elements
    }

    /// The element that stands for NULL.
    private static func nullElement(_ index: Int) throws -> Element {
        do {
            return try Element.decodeNull()
        } catch ValueDecodingError.unexpectedNull {
            throw ValueDecodingError.malformed("element \(index + 1) is NULL: decode it as \(Element.self)?")
        }
    }

    static func read(_ literal: inout ArrayLiteral, _ level: Int, _ elementType: OID) throws -> Self {
        guard level + 1 < literal.dimensions, let inner = nested(Element.self) else {
            let elements = try readElements(&literal, elementType)
            try literal.note(elements.count, at: level)
            return elements
        }
        return try readArrays(of: inner, &literal, level, elementType)
    }

    private static func readArrays<Inner: NestedArray>(
        of inner: Inner.Type, _ literal: inout ArrayLiteral, _ level: Int, _ elementType: OID
    ) throws -> Self {
        var arrays: [Inner] = []
        try literal.open()
        while try literal.hasNext(isFirst: arrays.isEmpty) {
            arrays.append(try Inner.read(&literal, level + 1, elementType))
        }
        try literal.note(arrays.count, at: level)
        guard let elements = arrays as? Self else { throw ValueDecodingError.typeMismatch }
        return elements
    }

    /// The elements between the next two braces.
    @_specialize(where Element == String)
    @_specialize(where Element == Int)
    static func readElements(_ literal: inout ArrayLiteral, _ elementType: OID) throws -> Self {
        let type = baseType(elementType, of: Element.self)
        var elements: Self = []
        elements.reserveCapacity(literal.expectedCount)
        try literal.open()
        while try literal.advance(isFirst: elements.isEmpty) {
            if literal.isNull {
                elements.append(try nullElement(elements.count))
            } else {
                elements.append(try Element(postgres: literal.element, type: type, format: .text))
            }
        }
        return elements
    }
}

extension Optional: NestedArray where Wrapped: NestedArray {
    static var levels: Int { Wrapped.levels }

    static func read(_ reader: inout ByteReader, _ dimensions: ArraySlice<ArrayDimension>, _ elementType: OID) throws
        -> Self
    {
        try Wrapped.read(&reader, dimensions, elementType)
    }

    static func read(_ literal: inout ArrayLiteral, _ level: Int, _ elementType: OID) throws -> Self {
        try Wrapped.read(&literal, level, elementType)
    }
}
