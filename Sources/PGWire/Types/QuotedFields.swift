/// Takes apart the text of a range or a composite: values separated by commas, in quotes where needed (manual: "Composite Type
/// Input and Output Syntax", "Range Types").
struct QuotedFields: ~Escapable {
    private let span: RawSpan
    /// What ends a value beside a comma and a parenthesis: a bracket in a range, nothing else in a composite.
    private let end: UInt8
    private(set) var position = 0
    private var content = 0..<0
    private var unescaped: [UInt8] = []
    private var hasEscapes = false
    /// Whether nothing was written: a NULL field, or no bound.
    private(set) var isAbsent = false

    @_lifetime(copy bytes)
    private init(_ bytes: RawSpan, end: UInt8) {
        span = bytes
        self.end = end
    }

    /// The text of a range or a multirange.
    @_lifetime(copy bytes)
    init(range bytes: RawSpan) { self.init(bytes, end: UInt8(ascii: "]")) }

    /// The text of a composite.
    @_lifetime(copy bytes)
    init(composite bytes: RawSpan) { self.init(bytes, end: UInt8(ascii: ")")) }

    /// The current value, without quotes and escapes.
    var value: RawSpan {
        @_lifetime(borrow self)
        get { hasEscapes ? unescaped.rawSpan : span.extracting(content) }
    }

    var next: UInt8? { position < span.byteCount ? span.byte(at: position) : nil }
    var isAtEnd: Bool { position == span.byteCount }

    @_lifetime(self: copy self)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Takes the rest if it is `word`.
    @_lifetime(self: copy self)
    mutating func takeRest(_ word: StaticString) -> Bool {
        let rest = span.extracting(droppingFirst: position)
        guard rest.byteCount == word.utf8CodeUnitCount, String(repairing: rest) == "\(word)" else { return false }
        position = span.byteCount
        return true
    }

    /// Takes a value up to the comma, parenthesis or bracket after it, which stays. False when the text ends before.
    @_lifetime(self: copy self)
    mutating func takeValue() -> Bool {
        hasEscapes = false
        let start = position
        while position < span.byteCount {
            switch span.byte(at: position) {
            case UInt8(ascii: ","), UInt8(ascii: ")"), end:
                content = start..<position
                isAbsent = content.isEmpty
                return true
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return takeEscaped(from: start)
            default: position += 1
            }
        }
        return false
    }

    /// With quotes, which may begin and end anywhere, and be doubled within; a backslash has any character be itself.
    @_lifetime(self: copy self)
    private mutating func takeEscaped(from start: Int) -> Bool {
        hasEscapes = true
        isAbsent = false
        unescaped = [UInt8](copying: span.extracting(start..<position))
        var isQuoted = false
        while position < span.byteCount {
            let byte = span.byte(at: position)
            switch byte {
            case UInt8(ascii: "\\"):
                position += 1
                guard let escaped = next else { return false }
                unescaped.append(escaped)
            case UInt8(ascii: "\""):
                if isQuoted, position + 1 < span.byteCount, span.byte(at: position + 1) == byte {
                    unescaped.append(byte)
                    position += 1
                } else {
                    isQuoted.toggle()
                }
            case UInt8(ascii: ","), UInt8(ascii: ")"), end:
                guard isQuoted else { return true }
                unescaped.append(byte)
            default: unescaped.append(byte)
            }
            position += 1
        }
        return false
    }
}
