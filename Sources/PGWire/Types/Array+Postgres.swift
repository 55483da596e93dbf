/// Arrays (manual: "Arrays"); `[UInt8]` is `bytea` (manual: "Binary Data Types"), and an array of arrays has several dimensions.
///
/// Elements that can be NULL need an `Optional`: `[Int?]`. Arrays of elements without a fixed type, such as strings and enums, are
/// sent as text whose type the server infers, as for a literal in quotes: `= ANY(\(["a", "b"]))` fits text, enum and `uuid`
/// columns alike. Where nothing tells the type, say it: `unnest(\(names)::text[])`.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The element's ``PostgresEncodable/postgresArrayType``; `bytea` for `[UInt8]`.
    public static var postgresType: OID {
        if isBytea(Element.self) { return .bytea }
        return Element.postgresType == .unspecified ? .unspecified : Element.postgresArrayType
    }
    /// The same type, as PostgreSQL's arrays of all dimensions have one; `bytea[]` for `[[UInt8]]`.
    public static var postgresArrayType: OID { isBytea(Element.self) ? .byteaArray : postgresType }
    /// The format of the elements.
    public static var postgresFormat: FormatCode { isBytea(Element.self) ? .binary : Element.postgresFormat }

    /// Writes the array. Throws what the elements throw, and ``ValueEncodingError`` for inner arrays of different lengths, which
    /// PostgreSQL does not have, and for more than six dimensions.
    public func encode(to writer: inout ByteWriter) throws {
        if isBytea(Element.self), let bytes = self as? [UInt8] {
            writer.write(bytes)
            return
        }
        try encode(Self.postgresFormat, to: &writer)
    }

    /// Writes the array in this format; where an element type is given, the elements' bytes are of that type.
    func encode(_ format: FormatCode, elementType: OID? = nil, to writer: inout ByteWriter) throws {
        // The usual ones are told without asking for a conformance.
        if Element.self == String.self || Element.postgresType.isKnownScalar || nestedEncodable(Element.self) == nil {
            guard Element.postgresType.arrayElement == nil else {
                throw ValueEncodingError.invalid(
                    "an array of values of type \(Element.self), which are arrays themselves")
            }
            guard format == .binary else { return try writeElements(format, to: &writer) }
            ArrayHeader.write(
                dimensions: isEmpty ? 0 : 1, hasNulls: contains { $0.isPostgresNull },
                elementType: elementType ?? Element.postgresType, to: &writer)
            if !isEmpty { try ArrayHeader.write(count: count, to: &writer) }
            try writeElements(format, to: &writer)
        } else {
            try encodeNested(format, elementType: elementType, to: &writer)
        }
    }

    private func encodeNested(_ format: FormatCode, elementType: OID?, to writer: inout ByteWriter) throws {
        var shape: [Int] = []
        addShape(to: &shape)
        guard shape.count <= ArrayDimension.limit else {
            throw ValueEncodingError.invalid(
                "an array of \(shape.count) dimensions; PostgreSQL has at most \(ArrayDimension.limit)")
        }
        let isEmpty = shape.contains(0)
        if format == .binary {
            ArrayHeader.write(
                dimensions: isEmpty ? 0 : shape.count, hasNulls: hasNulls, elementType: elementType ?? Self.leafType,
                to: &writer)
            if !isEmpty { for count in shape { try ArrayHeader.write(count: count, to: &writer) } }
        }
        if isEmpty {
            // Only whether all parts are of one shape.
            try write(shape[...], nil, [], to: &writer)
            if format == .text { writer.write(utf8: "{}") }
        } else {
            try write(shape[...], format, [], to: &writer)
        }
    }
}

extension OID {
    /// Whether it is a built-in type and no array.
    fileprivate var isKnownScalar: Bool { self != .unspecified && !isUserDefined && arrayElement == nil }
}

/// An array that may be an element of another.
protocol NestedEncodable: Sendable {
    /// The type of the elements that are no arrays.
    static var leafType: OID { get }
    /// The type of an array of them.
    static var leafArrayType: OID { get }
    /// Whether any of the elements that are no arrays is NULL.
    var hasNulls: Bool { get }
    /// Adds the number of elements, and that of the first element's elements, and so on.
    func addShape(to shape: inout [Int])
    /// Writes the elements, with braces in text format; the array is at this place in the whole one. Where there is no format
    /// only the shape is looked at.
    func write(_ shape: ArraySlice<Int>, _ format: FormatCode?, _ place: [Int], to writer: inout ByteWriter) throws
}

private func nestedEncodable<T>(_ type: T.Type) -> (any NestedEncodable.Type)? {
    isByteArray(type) ? nil : type as? any NestedEncodable.Type
}

extension Array: NestedEncodable where Element: PostgresEncodable {
    static var leafType: OID { nestedEncodable(Element.self)?.leafType ?? Element.postgresType }
    static var leafArrayType: OID { nestedEncodable(Element.self)?.leafArrayType ?? Element.postgresArrayType }

    var hasNulls: Bool {
        guard nestedEncodable(Element.self) != nil else { return contains { $0.isPostgresNull } }
        return contains { ($0 as? any NestedEncodable)?.hasNulls ?? false }
    }

    func addShape(to shape: inout [Int]) {
        shape.append(count)
        guard let first, nestedEncodable(Element.self) != nil else { return }
        guard !first.isPostgresNull, let array = first as? any NestedEncodable else { return shape.append(-1) }
        array.addShape(to: &shape)
    }

    func write(_ shape: ArraySlice<Int>, _ format: FormatCode?, _ place: [Int], to writer: inout ByteWriter) throws {
        guard count == shape.first else {
            let other = place.dropLast() + [0]
            throw ValueEncodingError.invalid(
                "the array's part \(Self.text(place)) has \(count) element\(count == 1 ? "" : "s") and its part \(Self.text(Array<Int>(other))) has "
                    + "\(shape.first ?? 0); all must have as many")
        }
        guard shape.count > 1 else { return try writeElements(format, to: &writer) }
        if format == .text { writer.write(UInt8(ascii: "{")) }
        for (index, element) in enumerated() {
            guard !element.isPostgresNull, let array = element as? any NestedEncodable else {
                throw ValueEncodingError.invalid(
                    "the array's part \(Self.text(place + [index])) is NULL, which only an element can be")
            }
            if format == .text, index > 0 { writer.write(Self.leafType.arrayDelimiter) }
            try array.write(shape.dropFirst(), format, place + [index], to: &writer)
        }
        if format == .text { writer.write(UInt8(ascii: "}")) }
    }

    private static func text(_ place: [Int]) -> String { place.map { "[\($0)]" }.joined() }

    @_specialize(where Element == String)
    @_specialize(where Element == Int)
    private func writeElements(_ format: FormatCode?, to writer: inout ByteWriter) throws {
        switch format {
        case .binary:
            for element in self { try writeSized(element, to: &writer) }
        case .text:
            let delimiter = Element.postgresType.arrayDelimiter
            let quotes = QuotedText.array(delimiter: delimiter)
            writer.write(UInt8(ascii: "{"))
            for (index, element) in enumerated() {
                if index > 0 { writer.write(delimiter) }
                try quotes.writeArrayElement(element, to: &writer)
            }
            writer.write(UInt8(ascii: "}"))
        case nil: break
        }
    }
}

extension Optional: NestedEncodable where Wrapped: NestedEncodable {
    static var leafType: OID { Wrapped.leafType }
    static var leafArrayType: OID { Wrapped.leafArrayType }
    var hasNulls: Bool { self?.hasNulls ?? false }
    func addShape(to shape: inout [Int]) { self?.addShape(to: &shape) }
    func write(_ shape: ArraySlice<Int>, _ format: FormatCode?, _ place: [Int], to writer: inout ByteWriter) throws {
        try self?.write(shape, format, place, to: &writer)
    }
}

/// A value that is part of another one in binary format: its length, -1 for NULL, and its bytes.
@inline(__always)
func writeSized<Element: PostgresEncodable>(_ element: Element, to writer: inout ByteWriter) throws {
    guard !element.isPostgresNull else {
        writer.write(Int32(-1))
        return
    }
    let mark = writer.reserveLength()
    try element.encode(to: &writer)
    try writer.patchLength(mark, to: writer.count - mark - 4)
}

extension QuotedText {
    /// An element in text format.
    func writeArrayElement<Element: PostgresEncodable>(_ element: Element, to writer: inout ByteWriter) throws {
        guard !element.isPostgresNull else {
            writer.write(utf8: "NULL")
            return
        }
        try write(to: &writer) { writer throws in try element.encodeText(to: &writer) }
    }
}

/// Whether an array of these elements is `bytea`. Swift does not allow another conformance of `Array` for it.
@inline(__always)
func isBytea<Element>(_ type: Element.Type) -> Bool { type == UInt8.self }

/// Whether it is such an array, which counts as one value.
func isByteArray<T>(_ type: T.Type) -> Bool { type == [UInt8].self || type == [UInt8]?.self }
