/// Walks over the text of an array (manual: "Array Input and Output Syntax"), one element at a time.
struct ArrayLiteral: ~Escapable {
    /// The text of the element that ``advance()`` found, without quotes and escapes.
    private(set) var element: [UInt8] = []
    /// Whether the element is NULL.
    private(set) var isNull = false

    private var cursor: TextCursor
    private var isFirst = true

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { cursor = TextCursor(bytes) }

    /// Passes the opening brace, and before it the bounds that stand there when the lower bound is not 1:
    /// `[0:1]={a,b}`.
    @_lifetime(self: copy self)
    mutating func begin() throws(ValueDecodingError) {
        var dimensions = 0
        while cursor.take("[") {
            guard bound(), cursor.take(":"), bound(), cursor.take("]") else {
                throw .malformed("array bounds at character \(cursor.position)")
            }
            dimensions += 1
        }
        guard dimensions == 0 || cursor.take("=") else { throw .malformed("array bounds without \"=\"") }
        guard cursor.take("{") else { throw .malformed("array does not start with a brace") }
        guard dimensions <= 1, cursor.next != UInt8(ascii: "{") else {
            throw .malformed("array has more than one dimension, only one is supported")
        }
    }

    /// Moves on to the next element. At the closing brace, after which nothing may follow, it returns false.
    @_lifetime(self: copy self)
    mutating func advance() throws(ValueDecodingError) -> Bool {
        defer { isFirst = false }
        if cursor.take("}") {
            guard cursor.isAtEnd else { throw .malformed("text follows the array's closing brace") }
            return false
        }
        guard isFirst || cursor.take(",") else {
            throw .malformed("array has neither comma nor brace at character \(cursor.position)")
        }
        element.removeAll(keepingCapacity: true)
        if cursor.take("\"") {
            isNull = false
            try quoted()
        } else {
            try bare()
            isNull = element.elementsEqual("NULL".utf8)
        }
        return true
    }

    @_lifetime(self: copy self)
    private mutating func quoted() throws(ValueDecodingError) {
        while let byte = cursor.take() {
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"):
                guard let escaped = cursor.take() else { throw .malformed("array ends after a backslash") }
                element.append(escaped)
            default: element.append(byte)
            }
        }
        throw .malformed("array ends within quotes")
    }

    @_lifetime(self: copy self)
    private mutating func bare() throws(ValueDecodingError) {
        while let byte = cursor.next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") {
            // A server quotes an element that holds one of these.
            guard byte != UInt8(ascii: "{"), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                throw .malformed("array has a brace, quote or backslash outside quotes at character \(cursor.position)")
            }
            element.append(byte)
            _ = cursor.take()
        }
        guard !element.isEmpty else { throw .malformed("array has an empty element at character \(cursor.position)") }
    }

    @_lifetime(self: copy self)
    private mutating func bound() -> Bool {
        _ = cursor.take("-")
        return cursor.number(digits: 1...10) != nil
    }
}
