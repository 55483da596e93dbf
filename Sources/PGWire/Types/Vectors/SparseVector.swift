/// A vector most of whose numbers are zero: `sparsevec` of the extension pgvector.
public struct SparseVector: Sendable, Hashable, LosslessStringConvertible {
    /// How many numbers there are, zeros included; the server takes up to a billion.
    public let count: Int
    /// Where the numbers are that are not zero, counted from 0, in order.
    public let indices: [Int]
    /// These numbers.
    public let values: [Float]

    /// The vector of `count` numbers of which these are not zero, by their index counted from 0; nil when an index is out of
    /// bounds. Zeros are left out.
    public init?(count: Int, elements: [Int: Float]) {
        guard count >= 0, elements.keys.allSatisfy({ (0..<count).contains($0) }) else { return nil }
        self.count = count
        let sorted = elements.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
        indices = sorted.map(\.key)
        values = sorted.map(\.value)
    }

    /// The vector of these numbers.
    public init(_ elements: [Float]) {
        count = elements.count
        indices = elements.indices.filter { !elements[$0].isZero }
        values = elements.filter { !$0.isZero }
    }

    /// The text as the server writes it, with indices counted from 1: `{1:1.5,3:2}/5`.
    public var description: String {
        let elements = zip(indices, values).map { "\($0 + 1):\(PostgresFloatText.text($1))" }
        return "{\(elements.joined(separator: ","))}/\(count)"
    }

    /// Parses indices and numbers in braces, and the length; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension SparseVector: FormattedValue {
    static var typeName: String { "sparsevec" }

    static func reads(_ type: OID) -> Bool { type.isUserDefined || type == .text }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        var elements: [Int: Float] = [:]
        guard cursor.take("{") else { return nil }
        cursor.skipBlanks()
        while !cursor.take("}") {
            guard elements.isEmpty || cursor.take(",") else { return nil }
            cursor.skipBlanks()
            guard let index = cursor.number(digits: 1...10), index > 0, cursor.take(":"),
                let value = cursor.floatingPoint(Float.self), elements.updateValue(value, forKey: index - 1) == nil
            else { return nil }
            cursor.skipBlanks()
        }
        guard cursor.take("/"), let count = cursor.number(digits: 1...10), cursor.isAtEnd else { return nil }
        self.init(count: count, elements: elements)
    }

    init(binary reader: inout ByteReader) throws {
        let count = Int(try reader.read(Int32.self))
        let stored = Int(try reader.read(Int32.self))
        _ = try reader.read(Int32.self)  // for later use
        guard count >= 0, stored >= 0, stored <= reader.remaining / 8 else {
            throw ValueDecodingError.malformed("sparsevec of \(stored) numbers in \(reader.remaining) bytes")
        }
        var indices: [Int] = []
        for _ in 0..<stored {
            let index = Int(try reader.read(Int32.self))
            guard index < count, index > indices.last ?? -1 else {
                throw ValueDecodingError.malformed("sparsevec with index \(index) out of order or bounds")
            }
            indices.append(index)
        }
        var values: [Float] = []
        for _ in 0..<stored { values.append(try reader.readFloat()) }
        self.count = count
        self.indices = indices
        self.values = values
    }
}

extension SparseVector: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: the server infers the type, which has another number in each database.
    public static var postgresType: OID { .unspecified }
    /// Text, as the type is not known.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the text.
    public func encode(to writer: inout ByteWriter) { writer.write(utf8: description) }

    /// Reads a `sparsevec`, or its text from a `text`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
