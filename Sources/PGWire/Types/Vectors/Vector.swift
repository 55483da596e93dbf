/// Numbers of `real` precision: `vector` of the extension pgvector. The server takes 1 to 16,000 finite ones.
public struct Vector: Sendable, Hashable, ExpressibleByArrayLiteral, LosslessStringConvertible {
    /// The numbers.
    public var elements: [Float]

    /// The vector of these numbers.
    public init(_ elements: [Float]) { self.elements = elements }

    /// The vector of these numbers.
    public init(arrayLiteral elements: Float...) { self.elements = elements }

    /// The text as the server writes it: `[1,2.5,-3]`.
    public var description: String { text }

    /// Parses numbers in brackets; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension Vector: DenseVector {
    static var typeName: String { "vector" }

    static var elementSize: Int { 4 }

    static func readElement(_ reader: inout ByteReader) throws -> Float { try reader.readFloat() }
}

extension Vector: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// Text, as the type is not known.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the text.
    public func encode(to writer: inout ByteWriter) { writer.write(utf8: description) }

    /// Reads a `vector`, or its text from a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
