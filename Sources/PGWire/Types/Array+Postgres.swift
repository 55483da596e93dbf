/// One-dimensional arrays (manual: "Arrays"); `[UInt8]` is `bytea` (manual: "Binary Data Types").
///
/// Elements that can be NULL need an `Optional`: `[Int?]`. An array whose element type is known to the client travels as
/// binary, others, such as arrays of enums, as a text literal whose type the server infers.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The element's ``PostgresEncodable/postgresArrayType``; `bytea` for `[UInt8]`.
    public static var postgresType: OID { isBytea(Element.self) ? .bytea : Element.postgresArrayType }
    /// `bytea[]` for `[[UInt8]]`; else unspecified, as arrays of arrays are not supported.
    public static var postgresArrayType: OID { isBytea(Element.self) ? .byteaArray : .unspecified }
    /// Binary where the element type is known, else text.
    public static var postgresFormat: Format {
        isBytea(Element.self) || binaryElementType(Element.self) != nil ? .binary : .text
    }

    /// Writes the array. Throws what the elements throw, and ``EncodingProblem`` for an array of arrays.
    public func encode(to writer: inout ByteWriter) throws {
        if isBytea(Element.self), let bytes = self as? [UInt8] {
            writer.write(bytes)
            return
        }
        guard Element.postgresType.arrayElement == nil else {
            throw EncodingProblem.invalid("an array of arrays; only arrays of one dimension are supported")
        }
        if let type = binaryElementType(Element.self) {
            try encodeBinary(elementType: type, to: &writer)
        } else {
            try encodeLiteral(to: &writer)
        }
    }

    /// `array_send`: dimensions, whether there are NULLs, element type; per dimension count and lower bound; elements.
    private func encodeBinary(elementType: OID, to writer: inout ByteWriter) throws {
        guard let count32 = Int32(exactly: count) else { throw EncodingProblem.invalid("an array of \(count) elements") }
        writer.write(Int32(isEmpty ? 0 : 1))
        writer.write(Int32(contains { $0.isPostgresNull } ? 1 : 0))
        writer.write(elementType.rawValue)
        guard !isEmpty else { return }
        writer.write(count32)
        writer.write(Int32(1))
        for element in self {
            if element.isPostgresNull {
                writer.write(Int32(-1))
            } else {
                let mark = writer.reserveLength()
                let start = writer.count
                try element.encode(to: &writer)
                try writer.patchLength(mark, to: writer.count - start)
            }
        }
    }

    /// Every element in quotes, so that nothing in it has a meaning: neither `NULL` nor a comma nor a blank.
    private func encodeLiteral(to writer: inout ByteWriter) throws {
        writer.write(UInt8(ascii: "{"))
        var scratch = ByteWriter()
        for (index, element) in enumerated() {
            if index > 0 { writer.write(UInt8(ascii: ",")) }
            if element.isPostgresNull {
                writer.write(utf8: "NULL")
                continue
            }
            scratch.removeAll()
            try element.encode(to: &scratch)
            writer.write(UInt8(ascii: "\""))
            for byte in scratch.bytes {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { writer.write(UInt8(ascii: "\\")) }
                writer.write(byte)
            }
            writer.write(UInt8(ascii: "\""))
        }
        writer.write(UInt8(ascii: "}"))
    }
}

/// One-dimensional arrays (manual: "Arrays") with any lower bound; `[UInt8]` is `bytea`.
extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// Reads an array. One of more dimensions is ``DecodingProblem/malformed(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: Format) throws {
        if isBytea(Element.self), let content = try bytea(bytes, type: type, format: format) as? Self {
            self = content
            return
        }
        switch format {
        case .binary:
            do {
                self = try Self.decodeBinary(bytes, type: type)
            } catch let overrun as ByteReader.Overrun {
                throw DecodingProblem.malformed(
                    "array ends too early: \(overrun.wanted) more bytes are needed, \(overrun.remaining) are left")
            }
        case .text:
            guard let elementType = type.arrayElement ?? (type.isUserDefined ? type : nil) else {
                throw DecodingProblem.typeMismatch
            }
            self = try Self.decodeLiteral(bytes, elementType: Self.baseType(elementType))
        }
    }

    private static func decodeBinary(_ bytes: RawSpan, type: OID) throws -> Self {
        // `int2vector` and `oidvector` of the system catalogs are arrays, too.
        guard type.isUserDefined || type.arrayElement != nil || type.rawValue == 22 || type.rawValue == 30 else {
            throw DecodingProblem.typeMismatch
        }
        var reader = ByteReader(bytes)
        let dimensions = try reader.read(Int32.self)
        let flags = try reader.read(Int32.self)
        let elementType = Self.baseType(OID(try reader.read(UInt32.self)))
        guard flags == 0 || flags == 1 else { throw DecodingProblem.malformed("array flags are 0 or 1, \(flags) came") }
        guard dimensions != 0 else {
            guard reader.isAtEnd else { throw DecodingProblem.malformed("bytes follow the empty array") }
            return []
        }
        guard dimensions == 1 else {
            throw DecodingProblem.malformed("array has \(dimensions) dimensions, only one is supported")
        }
        let count = Int(try reader.read(Int32.self))
        _ = try reader.read(Int32.self)  // the lower bound; a Swift array starts at 0
        // Every element takes at least its length, so the bytes that came bound what is allocated.
        guard count >= 0, count <= reader.remaining / 4 else {
            throw DecodingProblem.malformed("array of \(count) elements in \(reader.remaining) bytes")
        }
        var elements: Self = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            let length = try reader.read(Int32.self)
            if length == -1 {
                elements.append(try Element.decodeNull())
            } else {
                guard length >= 0 else { throw DecodingProblem.malformed("length \(length) of element \(index)") }
                let content = try reader.readSpan(Int(length))
                elements.append(try Element(postgres: content, type: elementType, format: .binary))
            }
        }
        guard reader.isAtEnd else { throw DecodingProblem.malformed("bytes follow the last element of the array") }
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

    /// What to read an element as. Arrays of a domain state the domain, although a column of the domain itself states
    /// the type beneath; which that is nobody says, so it is taken to be the type that the Swift type is sent as. Types
    /// that are sent without a type, such as strings and enums, deal with types of the database's own themselves.
    private static func baseType(_ elementType: OID) -> OID {
        guard elementType.isUserDefined, let encodable = Element.self as? any PostgresEncodable.Type else {
            return elementType
        }
        return encodable.postgresType == .unspecified ? elementType : encodable.postgresType
    }
}

/// Whether an array of these elements is `bytea`: a second conformance of `Array` for bytes is not possible in Swift.
@inline(__always)
private func isBytea<Element>(_ type: Element.Type) -> Bool { type == UInt8.self }

/// The type that an array in binary format states for its elements; nil when it has to travel as text.
private func binaryElementType<Element: PostgresEncodable>(_ type: Element.Type) -> OID? {
    switch Element.postgresFormat {
    case .binary: Element.postgresType
    // `text` has the same bytes in both formats.
    case .text: Element.postgresArrayType == .textArray ? .text : nil
    }
}
