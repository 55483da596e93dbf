/// Arrays (manual: "Arrays") with any bounds; `[UInt8]` is `bytea`, and an array of arrays has several dimensions.
extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// The format of the elements.
    public static var postgresResultFormat: FormatCode { Element.postgresResultFormat }

    /// Reads an array. One with another number of dimensions is ``ValueDecodingError/malformed(_:)``; an empty one has none
    /// and is read as any. For its bounds, see ``PostgresArray``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if isBytea(Element.self), let content = try bytea(bytes, type: type, format: format) as? Self {
            self = content
            return
        }
        guard let elementType = type.arrayElement ?? (type.isUserDefined ? type : nil) else {
            throw ValueDecodingError.typeMismatch
        }
        switch format {
        case .binary:
            do {
                self = try Self.decodeBinary(bytes)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed("array \(overrun.reason)")
            }
        case .text where type.isVector: self = try Self.decodeVector(bytes, elementType)
        case .text: self = try Self.decodeLiteral(bytes, elementType)
        }
    }

    private static func decodeBinary(_ bytes: RawSpan) throws -> Self {
        var reader = ByteReader(bytes)
        let header = try ArrayHeader(&reader)
        let elements: Self
        switch header.dimensionCount {
        case 0: return []
        case 1:
            do {
                elements = try readElements(&reader, header.total, header.elementType)
            } catch {
                throw wrongDimensions(1) ?? error
            }
        case let dimensions:
            if let problem = wrongDimensions(dimensions) { throw problem }
            elements = try read(&reader, header.dimensions[...], header.elementType)
        }
        guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the last element of the array") }
        return elements
    }

    private static func decodeLiteral(_ bytes: RawSpan, _ elementType: OID) throws -> Self {
        var literal = ArrayLiteral(bytes, delimiter: elementType.arrayDelimiter)
        try literal.begin()
        let elements: Self
        if literal.dimensions <= 1 {
            do {
                elements = try readElements(&literal, elementType)
                try literal.note(elements.count, at: 0)
            } catch {
                throw wrongDimensions(1) ?? error
            }
        } else {
            if let problem = wrongDimensions(literal.dimensions) { throw problem }
            elements = try read(&literal, 0, elementType)
        }
        try literal.end()
        return elements
    }

    /// `int2vector` and `oidvector` of the system catalogs: numbers with blanks between them.
    private static func decodeVector(_ bytes: RawSpan, _ elementType: OID) throws -> Self {
        var elements: Self = []
        var start = 0
        while start < bytes.byteCount {
            var end = start
            while end < bytes.byteCount, bytes.byte(at: end) != UInt8(ascii: " ") { end += 1 }
            elements.append(try Element(postgres: bytes.extracting(start..<end), type: elementType, format: .text))
            start = end + 1
        }
        return elements
    }

    /// Asked only when it is known that something is wrong, or that there are several dimensions: it takes its time.
    private static func wrongDimensions(_ count: Int) -> ValueDecodingError? {
        guard count != levels else { return nil }
        return .malformed("array has \(count) dimension\(count == 1 ? "" : "s"), \(Self.self) has \(levels)")
    }
}

extension ByteReader.OverrunError {
    /// What to say of a value that ends too early.
    var reason: String { "ends too early: \(wanted) more bytes are needed, \(remaining) are left" }
}

/// The type to read an element as, where it is known what the whole is.
///
/// Arrays of a domain have the domain as element type, whereas a column of the domain has its underlying type. As the underlying
/// type is unknown here, it is assumed to be the type that the Swift type is sent as; integers are of the type that has so many
/// bytes. Types that are sent without a type, such as strings and enums, handle user-defined types themselves.
func baseType<Element>(_ elementType: OID, of type: Element.Type, byteCount: Int? = nil) -> OID {
    guard elementType.isUserDefined, let encodable = type as? any PostgresEncodable.Type else { return elementType }
    switch (encodable.postgresType, byteCount) {
    case (.unspecified, _): return elementType
    case (.int2, 4), (.int8, 4): return .int4
    case (.int4, 8), (.int2, 8): return .int8
    case (.int4, 2), (.int8, 2): return .int2
    case (let type, _): return type
    }
}
