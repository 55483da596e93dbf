/// One-dimensional arrays (manual: "Arrays") with any lower bound; `[UInt8]` is `bytea`.
extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// The format of the elements.
    public static var postgresResultFormat: FormatCode { Element.postgresResultFormat }

    /// Reads an array. One with several dimensions is ``ValueDecodingError/malformed(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if isBytea(Element.self), let content = try bytea(bytes, type: type, format: format) as? Self {
            self = content
            return
        }
        switch format {
        case .binary:
            do {
                self = try Self.decodeBinary(bytes, type: type)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed(
                    "array ends too early: \(overrun.wanted) more bytes are needed, \(overrun.remaining) are left")
            }
        case .text:
            guard let elementType = type.arrayElement ?? (type.isUserDefined ? type : nil) else {
                throw ValueDecodingError.typeMismatch
            }
            self = try Self.decodeLiteral(bytes, elementType: Self.baseType(elementType))
        }
    }

    private static func decodeBinary(_ bytes: RawSpan, type: OID) throws -> Self {
        // `int2vector` and `oidvector` of the system catalogs are arrays, too.
        guard type.isUserDefined || type.arrayElement != nil || type.rawValue == 22 || type.rawValue == 30 else {
            throw ValueDecodingError.typeMismatch
        }
        var reader = ByteReader(bytes)
        let dimensions = try reader.read(Int32.self)
        let flags = try reader.read(Int32.self)
        let elementType = Self.baseType(OID(try reader.read(UInt32.self)))
        guard flags == 0 || flags == 1 else {
            throw ValueDecodingError.malformed("array flags are 0 or 1, \(flags) came")
        }
        guard dimensions != 0 else {
            guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the empty array") }
            return []
        }
        guard dimensions == 1 else {
            throw ValueDecodingError.malformed("array has \(dimensions) dimensions, only one is supported")
        }
        let count = Int(try reader.read(Int32.self))
        _ = try reader.read(Int32.self)  // the lower bound; a Swift array starts at 0
        // Each element takes at least 4 bytes, so the received bytes limit the allocation.
        guard count >= 0, count <= reader.remaining / 4 else {
            throw ValueDecodingError.malformed("array of \(count) elements in \(reader.remaining) bytes")
        }
        var elements: Self = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            let length = try reader.read(Int32.self)
            if length == -1 {
                elements.append(try Element.decodeNull())
            } else {
                guard length >= 0 else { throw ValueDecodingError.malformed("length \(length) of element \(index)") }
                let content = try reader.readSpan(Int(length))
                elements.append(try Element(postgres: content, type: elementType, format: .binary))
            }
        }
        guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the last element of the array") }
        return elements
    }

    private static func decodeLiteral(_ bytes: RawSpan, elementType: OID) throws -> Self {
        var literal = ArrayLiteral(bytes)
        var elements: Self = []
        try literal.begin()
        while try literal.advance() {
            if literal.isNull {
                elements.append(try Element.decodeNull())
            } else {
                elements.append(
                    try Element(postgres: literal.element.rawSpan, type: elementType, format: .text))
            }
        }
        return elements
    }

    /// The type to read an element as. Arrays of a domain have the domain as element type, whereas a column of the
    /// domain has its underlying type. As the underlying type is unknown here, it is assumed to be the type that the
    /// Swift type is sent as. Types that are sent without a type, such as strings and enums, handle user-defined types
    /// themselves.
    private static func baseType(_ elementType: OID) -> OID {
        guard elementType.isUserDefined, let encodable = Element.self as? any PostgresEncodable.Type else {
            return elementType
        }
        return encodable.postgresType == .unspecified ? elementType : encodable.postgresType
    }
}
