/// Numbers of `real` precision: `vector` of the extension pgvector. The server takes 1 to 16,000 finite ones.
public struct Vector: Sendable, Hashable, ExpressibleByArrayLiteral, LosslessStringConvertible {
    /// The numbers.
    public var elements: [Float]

    /// The vector of these numbers.
    public init(_ elements: [Float]) { self.elements = elements }

    /// The vector of these numbers.
    public init(arrayLiteral elements: Float...) { self.elements = elements }

    /// The text as the server writes it: `[1,2.5,-3]`.
    public var description: String { "[\(elements.map { PostgresFloatText.text($0) }.joined(separator: ","))]" }

    /// Parses numbers in brackets; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension Vector: FormattedValue {
    static var typeName: String { "vector" }

    static func reads(_ type: OID) -> Bool { type.isUserDefined || type == .text }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let elements = cursor.vectorElements(), cursor.isAtEnd else { return nil }
        self.init(elements)
    }

    init(binary reader: inout ByteReader) throws {
        let count = Int(try reader.read(UInt16.self))
        _ = try reader.read(Int16.self)  // for later use
        guard count == reader.remaining / 4 else {
            throw ValueDecodingError.malformed("vector of \(count) numbers in \(reader.remaining) bytes")
        }
        var elements: [Float] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try reader.readFloat()) }
        self.init(elements)
    }
}

extension Vector: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresArrayType: OID { .unspecified }
    /// Text, as the type is not known.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the text.
    public func encode(to writer: inout ByteWriter) { writer.write(utf8: description) }

    /// Reads a `vector`, or its text from a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}

extension TextCursor {
    /// Consumes numbers in brackets, with commas between them and blanks as one likes.
    @_lifetime(self: copy self)
    mutating func vectorElements() -> [Float]? {
        var elements: [Float] = []
        guard take("[") else { return nil }
        repeat {
            skipBlanks()
            guard let element = floatingPoint(Float.self) else { return nil }
            elements.append(element)
            skipBlanks()
        } while take(",")
        return take("]") ? elements : nil
    }
}
