/// Parses an array in text format (manual: "Array Input and Output Syntax"), one element at a time and without copying
/// what has no escapes.
struct ArrayLiteral: ~Escapable {
    private let span: RawSpan
    private let delimiter: UInt8
    private var position = 0

    /// Whether the element is NULL.
    private(set) var isNull = false
    private var content = 0..<0
    /// The element where it has escapes, without them.
    private var unescaped: [UInt8] = []
    private var hasEscapes = false

    /// How many dimensions there are; none where there is no element.
    private(set) var dimensions = 0
    /// For each dimension the first index; none where all are 1.
    private(set) var lowerBounds: [Int] = []
    /// For each dimension the number of elements, as far as it is known; none where nothing is.
    private(set) var counts: [Int?] = []

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, delimiter: UInt8) {
        span = bytes
        self.delimiter = delimiter
    }

    /// The text of the current element, without quotes and escapes.
    var element: RawSpan {
        @_lifetime(borrow self)
        get { hasEscapes ? unescaped.rawSpan : span.extracting(content) }
    }

    /// An estimate of how many elements there are, and not more than a few for the bytes that are there.
    var expectedCount: Int { dimensions == 1 ? min(span.byteCount / 8, 64) &+ 1 : 0 }

    private var next: UInt8? { position < span.byteCount ? span.byte(at: position) : nil }

    @_lifetime(self: copy self)
    private mutating func take(_ character: UInt8) -> Bool {
        guard next == character else { return false }
        position += 1
        return true
    }

    /// Reads the bounds in front of the first brace, which are there when a lower bound is not 1, `[0:1]={a,b}`, and counts the
    /// braces.
    @_lifetime(self: copy self)
    mutating func begin() throws(ValueDecodingError) {
        if next == UInt8(ascii: "[") { try readBounds() }
        var end = position
        while end < span.byteCount, span.byte(at: end) == UInt8(ascii: "{") { end += 1 }
        let braces = end - position
        guard braces > 0 else { throw .malformed("array does not start with a brace") }
        guard braces <= ArrayDimension.limit else {
            throw .malformed("array has \(braces) dimensions, PostgreSQL has at most \(ArrayDimension.limit)")
        }
        dimensions = braces == 1 && end < span.byteCount && span.byte(at: end) == UInt8(ascii: "}") ? 0 : braces
        guard lowerBounds.isEmpty || lowerBounds.count == dimensions else {
            throw .malformed("array has bounds of \(lowerBounds.count) dimensions and braces of \(dimensions)")
        }
        if dimensions > 1, counts.isEmpty { counts = Array(repeating: nil, count: dimensions) }
    }

    @_lifetime(self: copy self)
    private mutating func readBounds() throws(ValueDecodingError) {
        var cursor = TextCursor(span)
        while cursor.take("[") {
            guard counts.count < ArrayDimension.limit, let first = Self.bound(&cursor), cursor.take(":"),
                let last = Self.bound(&cursor), cursor.take("]"), last >= first
            else { throw .malformed("array bounds at character \(cursor.position)") }
            lowerBounds.append(first)
            counts.append(last - first + 1)
        }
        guard cursor.take("=") else { throw .malformed("array bounds without \"=\"") }
        position = cursor.position
    }

    private static func bound(_ cursor: inout TextCursor) -> Int? {
        let isNegative = cursor.take("-")
        guard let magnitude = cursor.number(digits: 1...10) else { return nil }
        return Int32(exactly: isNegative ? -magnitude : magnitude).map { Int($0) }
    }

    /// Takes the brace that opens the array, or one within it.
    @_lifetime(self: copy self)
    mutating func open() throws(ValueDecodingError) {
        guard take(UInt8(ascii: "{")) else { throw .malformed("array has no brace at character \(position)") }
    }

    /// Whether another array, or element, follows in the one that is open; takes the delimiter, or else the brace at the end.
    @_lifetime(self: copy self)
    mutating func hasNext(isFirst: Bool) throws(ValueDecodingError) -> Bool {
        if take(UInt8(ascii: "}")) { return false }
        guard isFirst || take(delimiter) else {
            throw .malformed("array has neither comma nor brace at character \(position)")
        }
        return true
    }

    /// Goes to the next element; false at the closing brace.
    @_lifetime(self: copy self)
    mutating func advance(isFirst: Bool) throws(ValueDecodingError) -> Bool {
        guard try hasNext(isFirst: isFirst) else { return false }
        hasEscapes = false
        if take(UInt8(ascii: "\"")) {
            isNull = false
            try readQuoted()
        } else {
            try readBare()
        }
        return true
    }

    /// Notes how many elements an array at this level had: as many as the others, and as its bounds say.
    @_lifetime(self: copy self)
    mutating func note(_ count: Int, at level: Int) throws(ValueDecodingError) {
        guard counts.indices.contains(level) else { return }
        guard let known = counts[level] else {
            counts[level] = count
            return
        }
        guard count == known else { throw .malformed("array has \(count) elements where it should have \(known)") }
    }

    /// After the last brace nothing may follow.
    func end() throws(ValueDecodingError) {
        guard position == span.byteCount else { throw .malformed("text follows the array's closing brace") }
    }

    @_lifetime(self: copy self)
    private mutating func readQuoted() throws(ValueDecodingError) {
        let start = position
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        position = span.firstIndex(
            from: start, mayHold: { $0.contains(quote) || $0.contains(backslash) },
            where: { $0 == quote || $0 == backslash })
        guard position < span.byteCount else { throw .malformed("array ends within quotes") }
        guard span.byte(at: position) == UInt8(ascii: "\"") else { return try readEscaped(from: start) }
        content = start..<position
        position += 1
    }

    @_lifetime(self: copy self)
    private mutating func readEscaped(from start: Int) throws(ValueDecodingError) {
        hasEscapes = true
        unescaped = [UInt8](copying: span.extracting(start..<position))
        while position < span.byteCount {
            var byte = span.byte(at: position)
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                guard position < span.byteCount else { throw .malformed("array ends after a backslash") }
                byte = span.byte(at: position)
                position += 1
            }
            unescaped.append(byte)
        }
        throw .malformed("array ends within quotes")
    }

    @_lifetime(self: copy self)
    private mutating func readBare() throws(ValueDecodingError) {
        let start = position
        position = span.firstIndex(from: start) { byte in
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "\\"): true
            default: byte == delimiter
            }
        }
        // A server quotes an element that contains one of the others.
        guard position == span.byteCount || next == delimiter || next == UInt8(ascii: "}") else {
            throw .malformed("array has a brace, quote or backslash outside quotes at character \(position)")
        }
        content = start..<position
        guard !content.isEmpty else { throw .malformed("array has an empty element at character \(position)") }
        isNull = content.count == 4 && span.extracting(content).isNULL
    }
}

extension RawSpan {
    /// Whether these are the letters `NULL`.
    var isNULL: Bool { integer(at: 0, as: UInt32.self) == 0x4E55_4C4C && byteCount == 4 }
}
