/// Walks over the text of a value that a peer sent: each step either finds what it looks for and moves on, or leaves the
/// position alone. It never reads past the end.
struct TextCursor: ~Escapable {
    let span: RawSpan
    private(set) var position = 0

    @_lifetime(copy span)
    init(_ span: RawSpan) { self.span = span }

    var isAtEnd: Bool { position >= span.byteCount }

    /// The byte at the position, nil at the end.
    var next: UInt8? { position < span.byteCount ? span.byte(at: position) : nil }

    /// The byte at the position, which is passed; nil at the end.
    @_lifetime(self: copy self)
    mutating func take() -> UInt8? {
        guard let byte = next else { return nil }
        position += 1
        return byte
    }

    /// Passes `character` if it comes next.
    @_lifetime(self: copy self)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = next, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    /// Passes `word`, which is ASCII, if it comes next in exactly this spelling.
    @_lifetime(self: copy self)
    mutating func take(word: String) -> Bool {
        let start = position
        for scalar in word.unicodeScalars where !take(scalar) {
            position = start
            return false
        }
        return true
    }

    /// Passes one decimal digit.
    @_lifetime(self: copy self)
    mutating func digit() -> Int? {
        guard let byte = next, byte >= 0x30, byte <= 0x39 else { return nil }
        position += 1
        return Int(byte) - 0x30
    }

    /// Passes a run of decimal digits whose length lies in `lengths`, of which 18 is the largest allowed.
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

    /// Passes `.` and up to six digits, and gives them as millionths; 0 when there is no dot.
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
