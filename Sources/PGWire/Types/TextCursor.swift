/// A parser for values in text format. Each step either matches and advances, or leaves the position unchanged. It
/// never reads past the end.
struct TextCursor: ~Escapable {
    let span: RawSpan
    private(set) var position = 0

    @_lifetime(copy span)
    init(_ span: RawSpan) { self.span = span }

    var isAtEnd: Bool { position >= span.byteCount }

    /// The byte at the position, nil at the end.
    var next: UInt8? { position < span.byteCount ? span.byte(at: position) : nil }

    /// Consumes the next byte; nil at the end.
    @_lifetime(self: copy self)
    mutating func take() -> UInt8? {
        guard let byte = next else { return nil }
        position += 1
        return byte
    }

    /// Consumes `character` if it is next.
    @_lifetime(self: copy self)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = next, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    /// Consumes `word`, which must be ASCII, if it is next. Case-sensitive.
    @_lifetime(self: copy self)
    mutating func take(word: String) -> Bool {
        let start = position
        for scalar in word.unicodeScalars where !take(scalar) {
            position = start
            return false
        }
        return true
    }

    /// Consumes one decimal digit.
    @_lifetime(self: copy self)
    mutating func digit() -> Int? {
        guard let byte = next, byte >= 0x30, byte <= 0x39 else { return nil }
        position += 1
        return Int(byte) - 0x30
    }

    /// Consumes a run of decimal digits with a length in `lengths`, at most 18.
    @_lifetime(self: copy self)
    mutating func number(digits lengths: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while position - start < lengths.upperBound, let digit = digit() { value = value &* 10 &+ digit }
        guard position - start >= lengths.lowerBound else {
            position = start
            return nil
        }
        return value
    }

    /// Consumes `.` and up to six digits; returns them as millionths, 0 when there is no dot.
    @_lifetime(self: copy self)
    mutating func millionths() -> Int? {
        let start = position
        guard take(".") else { return 0 }
        var value = 0
        var count = 0
        while count < 6, let digit = digit() {
            value = value * 10 + digit
            count += 1
        }
        guard count > 0 else {
            position = start
            return nil
        }
        for _ in count..<6 { value *= 10 }
        return value
    }
}
