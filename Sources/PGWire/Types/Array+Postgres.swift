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
    public static var postgresFormat: FormatCode {
        isBytea(Element.self) || binaryElementType(Element.self) != nil ? .binary : .text
    }

    /// Writes the array. Throws what the elements throw, and ``ValueEncodingError`` for an array of arrays.
    public func encode(to writer: inout ByteWriter) throws {
        if isBytea(Element.self), let bytes = self as? [UInt8] {
            writer.write(bytes)
            return
        }
        guard Element.postgresType.arrayElement == nil else {
            throw ValueEncodingError.invalid("an array of arrays; only arrays of one dimension are supported")
        }
        if let type = binaryElementType(Element.self) {
            try encodeBinary(elementType: type, to: &writer)
        } else {
            try encodeLiteral(to: &writer)
        }
    }

    /// `array_send`: dimensions, whether there are NULLs, element type; per dimension count and lower bound; elements.
    private func encodeBinary(elementType: OID, to writer: inout ByteWriter) throws {
        guard let count32 = Int32(exactly: count) else {
            throw ValueEncodingError.invalid("an array of \(count) elements")
        }
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

/// Whether an array of these elements is `bytea`: a second conformance of `Array` for bytes is not possible in Swift.
@inline(__always)
func isBytea<Element>(_ type: Element.Type) -> Bool { type == UInt8.self }

/// The type that an array in binary format states for its elements; nil when it has to travel as text.
private func binaryElementType<Element: PostgresEncodable>(_ type: Element.Type) -> OID? {
    switch Element.postgresFormat {
    case .binary: Element.postgresType
    // `text` has the same bytes in both formats.
    case .text: Element.postgresArrayType == .textArray ? .text : nil
    }
}
