/// What ``Vector`` and ``HalfVector`` share: all of their numbers, one after the other.
protocol DenseVector: FormattedValue {
    /// The bytes of a number in binary format.
    static var elementSize: Int { get }

    /// Reads a number of the binary format.
    static func readElement(_ reader: inout ByteReader) throws -> Float

    init(_ elements: [Float])
    var elements: [Float] { get }
}

extension DenseVector {
    /// The text as the server writes it.
    var text: String { "[\(elements.map { PostgresFloatText.text($0) }.joined(separator: ","))]" }

    static func reads(_ type: OID) -> Bool { type.isUserDefined || type == .text }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let elements = cursor.vectorElements(), cursor.isAtEnd else { return nil }
        self.init(elements)
    }

    init(binary reader: inout ByteReader) throws {
        let count = Int(try reader.read(UInt16.self))
        _ = try reader.read(Int16.self)  // for later use
        // One without numbers has no text, and there is none.
        guard count > 0, count == reader.remaining / Self.elementSize else {
            throw ValueDecodingError.malformed("\(Self.typeName) of \(count) numbers in \(reader.remaining) bytes")
        }
        var elements: [Float] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try Self.readElement(&reader)) }
        self.init(elements)
    }
}

extension TextCursor {
    /// Consumes numbers in brackets, with commas between them and blanks as one likes.
    @_lifetime(self: copy self)
    fileprivate mutating func vectorElements() -> [Float]? {
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
